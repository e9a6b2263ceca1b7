/**
 * Which session serves a document. In VS Code the extension says so; for any other editor it is the session
 * named `main` of the runtime that was found. No session means silence, never a new session.
 */
import type { RuntimeClient } from '../runtime/protocol/client/runtime-client.ts';
import type { SessionParams } from '../runtime/protocol/editor.ts';
import type { Returns } from '../runtime/protocol/messages.ts';
import type { OpenDocument } from './documents.ts';

/** A session as it is shown; `name` is absent when it has none. */
export interface ServingSession {
  readonly id: string;
  readonly name?: string;
}

type Listed = Returns<'ls-sessions'>['sessions'][number];

export class DocumentSessions {
  readonly #byUri = new Map<string, string>();
  readonly #named = new WeakMap<RuntimeClient, Map<string, ServingSession>>();
  #managed: boolean;

  /** `managed`: only documents that `assign` named are served; so it is, too, once it was called. */
  constructor(options: { managed: boolean }) {
    this.#managed = options.managed;
  }

  assign({ uri, session }: SessionParams): void {
    this.#managed = true;
    if (session === null) this.#byUri.delete(uri);
    else this.#byUri.set(uri, session);
  }

  /** The session of a document, of its notebook where it is a cell; undefined where none serves it. */
  async sessionOf(document: OpenDocument, client: RuntimeClient): Promise<ServingSession | undefined> {
    const { uri, notebook } = document;
    const id = this.#byUri.get(uri) ?? (notebook === undefined ? undefined : this.#byUri.get(notebook));
    if (id !== undefined) return this.#describe(id, client);
    return this.#managed ? undefined : this.#main(client);
  }

  /** Drops what is remembered of a runtime's sessions, after one of them turned out to be gone. */
  forget(client: RuntimeClient): void {
    this.#named.delete(client);
  }

  async #describe(id: string, client: RuntimeClient): Promise<ServingSession> {
    const known = this.#named.get(client)?.get(id);
    if (known !== undefined) return known;
    return (await this.#list(client)).get(id) ?? { id };
  }

  async #main(client: RuntimeClient): Promise<ServingSession | undefined> {
    const isMain = (session: ServingSession): boolean => session.name === 'main';
    const remembered = [...(this.#named.get(client)?.values() ?? [])].find(isMain);
    return remembered ?? [...(await this.#list(client)).values()].find(isMain);
  }

  async #list(client: RuntimeClient): Promise<Map<string, ServingSession>> {
    const { sessions } = await client.request('ls-sessions', {});
    const living = sessions.filter((session) => session.state !== 'dead');
    const named = new Map(living.map((session) => [session.session, toServing(session)]));
    this.#named.set(client, named);
    return named;
  }
}

function toServing({ session, name }: Listed): ServingSession {
  return name === undefined ? { id: session } : { id: session, name };
}

/**
 * A language server over LSP with the real core and an engine whose looks a test decides: what both
 * server-lsp.test.ts and server-locate.test.ts begin with.
 */
import type { EngineHost } from '../../runtime/core/engine.ts';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { LanguageServerOptions, RuntimeParams } from '../../runtime/protocol/editor.ts';
import type { Params, Returns } from '../../runtime/protocol/messages.ts';
import { EchoEngine, EchoSession } from './echo-engine.ts';
import { InProcessRuntime } from './in-process-runtime.ts';
import { type LspEditor, startLanguageServer } from './lsp-editor.ts';
import { ManualClock } from './manual-clock.ts';

/** The document that is open from the start. */
export const uri = 'file:///work/model.py';
export const address: RuntimeParams = { url: 'ws://127.0.0.1:1/rpc', token: 't' };

class LookSession extends EchoSession {
  readonly asked: (Params<'complete'> | Params<'info'>)[];
  readonly look: (params: object, signal: AbortSignal) => Promise<object | undefined>;

  constructor(host: EngineHost, { asked, look }: Pick<LookEngine, 'asked' | 'look'>) {
    super(host);
    this.asked = asked;
    this.look = (params, signal) => look(params, signal);
  }

  override async complete(params: Params<'complete'>): Promise<Returns<'complete'>> {
    this.asked.push(params);
    const answer = await this.look(params, new AbortController().signal);
    return answer as Returns<'complete'>; // Each test answers what its request asks for.
  }

  override async info(params: Params<'info'>, signal?: AbortSignal): Promise<Returns<'info'> | undefined> {
    this.asked.push(params);
    return this.look(params, signal ?? new AbortController().signal);
  }
}

/** Records what it was asked; answers as its fields say. */
export class LookEngine extends EchoEngine {
  readonly asked: (Params<'complete'> | Params<'info'>)[] = [];
  look: (params: object, signal: AbortSignal) => Promise<object | undefined> = async () => undefined;
  locating: (params: Params<'locate'>) => Promise<Returns<'locate'>> = async () => ({});

  override async openSession(
    _options: { readonly sessionId: string },
    host: EngineHost,
  ): Promise<EchoSession> {
    return new LookSession(host, { asked: this.asked, look: (params, signal) => this.look(params, signal) });
  }

  locate(params: Params<'locate'>): Promise<Returns<'locate'>> {
    return this.locating(params);
  }
}

/** Everything from the engine to the editor, for one test. */
export class LookBench {
  readonly engine = new LookEngine();
  readonly clock = new ManualClock();
  runtime = new InProcessRuntime(this.engine);
  /** Where the server finds a runtime; undefined: nowhere. */
  found: RuntimeParams | undefined = address;
  #owner: RuntimeClient | undefined;
  #editor: LspEditor | undefined;

  /** The client that opened the session. */
  get owner(): RuntimeClient {
    if (this.#owner === undefined) throw new Error('openSession comes first');
    return this.#owner;
  }

  get editor(): LspEditor {
    if (this.#editor === undefined) throw new Error('start comes first');
    return this.#editor;
  }

  /** Opens a session named `main` in the runtime that there is now, and answers its id. */
  async openSession(): Promise<string> {
    this.#owner = this.runtime.connect();
    return (await this.#owner.request('clone', { name: 'main' })).session;
  }

  async replaceRuntime(): Promise<void> {
    await this.runtime.dispose();
    this.runtime = new InProcessRuntime(this.engine);
  }

  /** Starts the language server, with a Python document open in the editor. */
  async start(options?: LanguageServerOptions): Promise<void> {
    const silent = (): void => undefined;
    this.#editor = startLanguageServer({
      clock: this.clock,
      log: { debug: silent, info: silent, warn: silent },
      connect: async () => this.runtime.connect(),
      find: async () => this.found,
    });
    await this.#editor.initialize(options);
    await this.#editor.open(uri, 'df = 1\ndf.he');
  }

  async dispose(): Promise<void> {
    await this.#editor?.close();
    this.#owner?.dispose();
    await this.runtime.dispose();
  }
}

/**
 * "Show all lines in an editor": a read-only document with everything that an evaluation wrote. It is read
 * from the event log again, so that the panel itself never has to hold it.
 */
import * as vscode from 'vscode';
import type { RuntimeClient } from '../../runtime/protocol/client/runtime-client.ts';
import type { Event } from '../../runtime/protocol/events.ts';
import type { RuntimeConnection } from '../runtime/runtime-connection.ts';
import type { Session } from '../sessions/session.ts';
import { applyCarriageReturns } from './stream-limit.ts';

export const outputScheme = 'hindsight-output';

export function wholeOutputUri(session: Session, key: string): vscode.Uri {
  const count = session.model.get(key)?.executionCount ?? '';
  return vscode.Uri.from({
    scheme: outputScheme,
    path: `/Output ${count}.txt`,
    query: JSON.stringify([session.id, key]),
  });
}

export class WholeOutputProvider implements vscode.TextDocumentContentProvider {
  readonly #runtime: RuntimeConnection;

  constructor(runtime: RuntimeConnection) {
    this.#runtime = runtime;
  }

  async provideTextDocumentContent(uri: vscode.Uri): Promise<string> {
    const [session, key] = JSON.parse(uri.query) as [string, string]; // Written by `wholeOutputUri`.
    const events = await this.#read(session);
    const missing = events.some(({ type }) => type === 'gap');
    const text = events
      .map((event) => (event.type === 'output' && event.execution_id === key ? event.data : ''))
      .join('');
    const note = missing ? `${vscode.l10n.t('(The oldest output is not kept any more.)')}\n` : '';
    // Colours mean nothing in a text document.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences start with one.
    return note + applyCarriageReturns(text).replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
  }

  // On a connection of its own: on the window's one, nothing that was received is sent again.
  async #read(session: string): Promise<readonly Event[]> {
    const current = this.#runtime.current;
    if (current === undefined)
      throw new Error(vscode.l10n.t('The runtime is not running any more, and the output is gone with it'));
    const { url, token } = current.state;
    const { openWebSocket, RuntimeClient } = await import('../runtime/runtime-library.ts');
    const client = new RuntimeClient(await openWebSocket({ url, token, encoding: 'msgpack' }));
    try {
      return await readLog(client, session);
    } finally {
      client.dispose();
    }
  }
}

async function readLog(client: RuntimeClient, session: string): Promise<readonly Event[]> {
  const events: Event[] = [];
  let upTo = Number.POSITIVE_INFINITY;
  let arrived = (): void => {};
  const all = new Promise<void>((resolve) => (arrived = resolve));
  const subscription = client.onEvent((event) => {
    events.push(event);
    if (event.seq >= upTo) arrived();
  });
  const { seq } = await client.request('attach', { session, since: 0, mode: 'observer' });
  upTo = seq;
  if ((events.at(-1)?.seq ?? 0) < seq) await all;
  subscription.dispose();
  return events;
}

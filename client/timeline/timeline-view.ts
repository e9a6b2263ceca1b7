/**
 * The Timeline: the states of the session in front, as a picture in the side bar. It gathers what the page shows and
 * carries out what a person does there; the picture itself is drawn by `webview/`.
 */
import * as vscode from 'vscode';
import { type Log, supervise } from '../logging/log.ts';
import type { Session } from '../sessions/session.ts';
import { activeSession } from '../sessions/session-commands.ts';
import { createCheckpoint, deleteCheckpoint } from '../time/checkpoints.ts';
import { compare } from '../time/compare.ts';
import { fork } from '../time/fork.ts';
import type { TimeParts } from '../time/parts.ts';
import { treeOf } from '../time/pick-state.ts';
import type { StateTree } from '../time/states.ts';
import { describeSize } from '../time/words.ts';
import { pageOf } from '../webviews/page.ts';
import { Briefs } from './briefs.ts';
import { detailsOf } from './details.ts';
import type { FromTimeline, TimelineAction, ToTimeline } from './messages.ts';
import { rowWords, timelineWords } from './row-words.ts';
import { toRows } from './rows.ts';

export const timelineViewId = 'hindsight.timeline';

export class TimelineView implements vscode.WebviewViewProvider, vscode.Disposable {
  readonly #parts: TimeParts;
  readonly #dist: vscode.Uri;
  readonly #log: Log;
  readonly #briefs = new Briefs((briefs) => this.#post({ kind: 'briefs', briefs }));
  readonly #subscriptions: vscode.Disposable[];
  #view: vscode.WebviewView | undefined;
  #session: Session | undefined;
  #selected: string | undefined;

  constructor(parts: TimeParts, extensionUri: vscode.Uri, log: Log) {
    this.#parts = parts;
    this.#dist = vscode.Uri.joinPath(extensionUri, 'dist');
    this.#log = log;
    this.#subscriptions = [
      parts.states.onDidChange((tree) => this.#show(tree)),
      vscode.window.onDidChangeActiveTextEditor(() => this.#follow()),
      vscode.window.onDidChangeActiveNotebookEditor(() => this.#follow()),
    ];
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [this.#dist] };
    view.webview.onDidReceiveMessage((message) => {
      // Our own page is the only sender on this channel.
      supervise(this.#log, 'a Timeline action', this.#carryOut(message as FromTimeline));
    });
    view.onDidChangeVisibility(() => {
      if (view.visible) this.refresh();
    });
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = pageOf(view.webview, this.#dist, 'timeline');
  }

  /** Reads the states anew and shows them, where the view is to be seen. */
  refresh(): void {
    if (this.#view?.visible === true) this.#parts.states.refreshSoon();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  // The session of the editor that came in front; that of the last one while none is.
  #follow(): void {
    if (vscode.window.activeTextEditor === undefined && vscode.window.activeNotebookEditor === undefined)
      return;
    const session = activeSession(this.#parts);
    if (session === this.#session) return;
    this.#session = session;
    const { tree } = this.#parts.states;
    if (tree !== undefined) this.#show(tree);
  }

  #show(tree: StateTree): void {
    if (this.#view === undefined) return;
    const session = this.#current();
    const names = new Map(
      this.#parts.sessions.all.flatMap(({ id, name }) => (id === undefined ? [] : [[id, name]])),
    );
    const own = treeOf(session.id, tree);
    const { rows, width } = toRows(tree, own, { session: session.id, names }, rowWords());
    const present = rows.find(({ isPresent }) => isPresent);
    this.#view.description = [
      ...(tree.memory.live === 0 ? [] : [memoryText(tree)]),
      ...(this.#parts.sessions.all.length > 1 ? [session.name] : []),
    ].join(' · ');
    this.#post({
      kind: 'tree',
      rows,
      width,
      present: present === undefined ? '' : vscode.l10n.t('The session is at: {0}', present.spoken),
      words: timelineWords(),
    });
  }

  #current(): Session {
    this.#session ??= activeSession(this.#parts);
    return this.#session;
  }

  async #carryOut(message: FromTimeline): Promise<void> {
    switch (message.kind) {
      case 'ready':
        this.#post({ kind: 'briefs', briefs: this.#briefs.all });
        this.#show(await this.#parts.states.read());
        return;
      case 'select':
        return await this.#select(message.id);
      case 'visible':
        return this.#look(message.ids);
      case 'act':
        return await this.#act(message.action, message.id, message.other);
    }
  }

  async #select(id: string): Promise<void> {
    this.#selected = id;
    const node = this.#parts.states.find(id);
    if (node === undefined) return;
    const parent = node.parent === undefined ? undefined : this.#parts.states.find(node.parent);
    const { details, changed } = detailsOf(node, parent, this.#current(), this.#parts.sessions.all);
    this.#post(details);
    // A difference can take a while; what is known is there at once.
    const sections = await changed;
    if (this.#selected === id && sections.length > 0)
      this.#post({ ...details, sections: [...sections, ...details.sections] });
  }

  #look(ids: readonly string[]): void {
    const { states } = this.#parts;
    const isHeld = (id: string | undefined): boolean => {
      const tier = id === undefined ? undefined : states.find(id)?.tier;
      return tier === 'live' || tier === 'both';
    };
    const nodes = ids.map((id) => states.find(id)).filter((node) => node !== undefined);
    this.#briefs.want(
      nodes.filter(({ id, parent }) => isHeld(id) && isHeld(parent)),
      this.#current(),
    );
  }

  async #act(action: TimelineAction, id: string, other: string | undefined): Promise<void> {
    const node = this.#parts.states.find(id);
    const session = this.#current();
    if (node === undefined) return;
    switch (action) {
      case 'rewind':
        await this.#parts.rewinder.go(session, { state: id, action: vscode.l10n.t('Rewind'), look: true });
        return;
      case 'fork':
        return await fork(this.#parts, session, id);
      case 'variables':
        await vscode.commands.executeCommand('hindsight.variablesAt', id);
        return;
      case 'compare': {
        const marked = other === undefined ? undefined : this.#parts.states.find(other);
        if (marked === undefined) return await compare(this.#parts, session, node);
        const [from, to] = marked.created <= node.created ? [marked, node] : [node, marked];
        return await compare(this.#parts, session, from, to);
      }
      case 'name':
        return await createCheckpoint(this.#parts, node);
      case 'delete':
        return await deleteCheckpoint(this.#parts, node);
    }
  }

  #post(message: ToTimeline): void {
    void this.#view?.webview.postMessage(message);
  }
}

function memoryText({ memory: { used_bytes: used, budget_bytes: budget } }: StateTree): string {
  return vscode.l10n.t('{0} of {1}', describeSize(used), describeSize(budget));
}

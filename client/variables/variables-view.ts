/**
 * The view "Variables": those of the session in front, at the present or at another state. It decides what is shown and
 * when it is read anew; the tree itself is `variable-tree`.
 */
import * as vscode from 'vscode';
import type { Event, EventType } from '../../runtime/protocol/events.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { Session } from '../sessions/session.ts';
import { activeSession } from '../sessions/session-commands.ts';
import { explainError } from '../time/explain-error.ts';
import type { TimeParts } from '../time/parts.ts';
import { pickState, treeOf } from '../time/pick-state.ts';
import { firstLine, nameOf } from '../time/words.ts';
import { type Marks, readMarks, type Viewpoint } from './variable-source.ts';
import { type VariableNode, VariableTree } from './variable-tree.ts';

export const variablesViewId = 'hindsight.variables';

const settleMs = 120;
const noMarks: Marks = new Map();
const changing: ReadonlySet<EventType> = new Set([
  'started',
  'result',
  'error',
  'ready',
  'restored',
  'rolled_back',
  'closed',
]);

export class VariablesView implements vscode.Disposable {
  readonly #parts: TimeParts;
  readonly #log: Log;
  readonly #tree = new VariableTree();
  readonly #view: vscode.TreeView<VariableNode>;
  readonly #subscriptions: vscode.Disposable[];
  #session: Session | undefined;
  #at: string | undefined;
  #filter = '';
  #marks: Marks = noMarks;
  #marking = new AbortController();
  #timer: NodeJS.Timeout | undefined;

  constructor(parts: TimeParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
    this.#view = vscode.window.createTreeView(variablesViewId, { treeDataProvider: this.#tree });
    this.#subscriptions = [
      this.#tree,
      this.#view,
      this.#tree.onDidRead((message) => {
        this.#view.message = message;
      }),
      this.#view.onDidChangeVisibility(({ visible }) => {
        if (visible) this.refresh();
      }),
      vscode.window.onDidChangeActiveTextEditor(() => this.#follow()),
      vscode.window.onDidChangeActiveNotebookEditor(() => this.#follow()),
    ];
  }

  /** What is shown. */
  get viewpoint(): Viewpoint {
    this.#session ??= activeSession(this.#parts);
    return { session: this.#session, at: this.#at };
  }

  /** Something happened in a session that may have changed its variables. */
  note(session: Session, { type }: Event): void {
    if (!changing.has(type) || session !== this.viewpoint.session) return;
    // What is shown of an earlier state stays as it is, whatever runs.
    if (this.#at === undefined || type === 'closed') this.#refreshSoon();
  }

  /** Reads anew what is shown, where the view is to be seen. */
  refresh(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#marking.abort();
    if (!this.#view.visible) return;
    this.#describe();
    this.#tree.show({ viewpoint: this.viewpoint, filter: this.#filter, marks: this.#marks });
    supervise(this.#log, 'marking variables', this.#mark());
  }

  /** Shows another state; undefined for the present. */
  at(snapshot: string | undefined): void {
    this.#at = snapshot;
    this.#marks = noMarks;
    void vscode.commands.executeCommand('setContext', 'hindsight.variablesAtState', snapshot !== undefined);
    this.refresh();
  }

  /** Lets a person choose a state whose variables are shown. */
  async choose(): Promise<void> {
    try {
      const tree = await this.#parts.states.read();
      const own = treeOf(this.viewpoint.session.id, tree);
      const node = await pickState(tree, {
        title: vscode.l10n.t('Variables at…'),
        placeHolder: vscode.l10n.t('Which state’s variables to show? The list shows the run that led there.'),
        filter: ({ id, tier }) => own.has(id) && (tier === 'live' || tier === 'both'),
        none: vscode.l10n.t('There is no state in memory yet.'),
      });
      if (node !== undefined) await this.reveal(node.id);
    } catch (error) {
      await explainError(vscode.l10n.t('The states could not be listed'), error, this.#log);
    }
  }

  /** Brings the view to the front, at a state. */
  async reveal(snapshot: string): Promise<void> {
    await vscode.commands.executeCommand(`${variablesViewId}.focus`);
    this.at(snapshot);
  }

  more(node: VariableNode): void {
    this.#tree.more(node);
  }

  /** Asks for a text that names or types must contain; what is typed counts at once. */
  filter(): void {
    const box = vscode.window.createInputBox();
    box.title = vscode.l10n.t('Filter Variables');
    box.placeholder = vscode.l10n.t('Part of a name or a type');
    box.value = this.#filter;
    const before = this.#filter;
    let isAccepted = false;
    box.onDidChangeValue((value) => {
      this.#setFilter(value);
      this.#refreshSoon();
    });
    box.onDidAccept(() => {
      isAccepted = true;
      box.hide();
    });
    box.onDidHide(() => {
      if (!isAccepted) this.#setFilter(before);
      this.#refreshSoon();
      box.dispose();
    });
    box.show();
  }

  clearFilter(): void {
    this.#setFilter('');
    this.refresh();
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#marking.abort();
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #setFilter(text: string): void {
    this.#filter = text.trim();
    void vscode.commands.executeCommand('setContext', 'hindsight.variablesFiltered', this.#filter !== '');
  }

  #refreshSoon(): void {
    this.#timer ??= setTimeout(() => this.refresh(), settleMs);
  }

  // The session of the editor that came in front; that of the last one while none is.
  #follow(): void {
    if (vscode.window.activeTextEditor === undefined && vscode.window.activeNotebookEditor === undefined)
      return;
    const session = activeSession(this.#parts);
    if (session === this.#session) return;
    this.#session = session;
    this.at(undefined);
  }

  #describe(): void {
    const { session, at } = this.viewpoint;
    const node = at === undefined ? undefined : this.#parts.states.find(at);
    this.#view.title =
      at === undefined
        ? vscode.l10n.t('Variables')
        : vscode.l10n.t('Variables {0}', node === undefined ? at : nameOf(node));
    this.#view.description = [
      ...(this.#parts.sessions.all.length > 1 ? [session.name] : []),
      ...(at === undefined && session.state === 'busy' ? [vscode.l10n.t('before the running code')] : []),
      ...(this.#filter === '' ? [] : [`“${this.#filter}”`]),
      ...(node?.run === undefined ? [] : [firstLine(node.run.code)]),
    ].join(' · ');
  }

  // Compares with the state before, in the background: the variables themselves never wait for it.
  async #mark(): Promise<void> {
    const { session, at } = this.viewpoint;
    const { connected } = session;
    const to = at ?? session.path.present;
    if (connected === undefined || to === undefined || session.state === 'busy') return;
    const from = session.path.runTo(to)?.before ?? this.#parts.states.find(to)?.parent;
    if (from === undefined) return;
    this.#marking = new AbortController();
    const { signal } = this.#marking;
    try {
      const marks = await readMarks(connected.client, connected.id, from, to, signal);
      if (signal.aborted || sameMarks(marks, this.#marks)) return;
      this.#marks = marks;
      this.#tree.show({ viewpoint: this.viewpoint, filter: this.#filter, marks });
    } catch (error) {
      // A state that is not held any more has nothing to compare with; then nothing is marked.
      if (!signal.aborted) this.#log.debug('variables not marked', { error: String(error) });
    }
  }
}

function sameMarks(one: Marks, other: Marks): boolean {
  return one.size === other.size && [...one].every(([name, mark]) => other.get(name) === mark);
}

/**
 * Run in Transaction: runs code, shows what it changed, and asks whether to keep it. A run that fails is rolled back by
 * itself. While a person has not decided, the status bar offers both.
 */
import * as vscode from 'vscode';
import type { Event } from '../../runtime/protocol/events.ts';
import { type Log, supervise } from '../logging/log.ts';
import type { Sender } from '../sending/send.ts';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { Compared, Comparisons } from './comparisons.ts';
import { effectSentence } from './effect-sentence.ts';
import { explainError } from './explain-error.ts';

export interface TransactionParts {
  readonly sender: Sender;
  readonly sessions: Sessions;
  readonly comparisons: Comparisons;
}

/** One that a person has not decided on. */
interface Open {
  /** The state before it; undefined where none is known. */
  readonly beginning: string | undefined;
  /** What it did, as shown in an editor. */
  compared?: Compared;
}

export class Transactions implements vscode.Disposable {
  readonly #parts: TransactionParts;
  readonly #log: Log;
  readonly #open = new Map<Session, Open>();
  readonly #item = vscode.window.createStatusBarItem(
    'hindsight.transaction',
    vscode.StatusBarAlignment.Left,
    9,
  );

  constructor(parts: TransactionParts, log: Log) {
    this.#parts = parts;
    this.#log = log;
    this.#item.name = vscode.l10n.t('Hindsight Transaction');
    this.#item.text = `$(git-commit) ${vscode.l10n.t('Keep or Roll Back')}`;
    this.#item.tooltip = vscode.l10n.t('A transaction is open: keep what it did, or roll it back');
    this.#item.command = 'hindsight.endTransaction';
  }

  /** The sessions of this window have been found again: so are the transactions that are open in them, whoever began them. */
  async resume(): Promise<void> {
    const { all } = this.#parts.sessions;
    const client = all.find(({ connected }) => connected !== undefined)?.connected?.client;
    const { sessions } = (await client?.request('ls-sessions', {})) ?? { sessions: [] };
    for (const { session: id, transaction: beginning } of sessions) {
      const session = all.find((one) => one.id === id);
      if (session !== undefined && beginning !== undefined) this.#note(session, { beginning });
    }
  }

  /** Runs the selection, or the statement at the cursor. What an earlier one did is decided on first. */
  async run(): Promise<void> {
    const document = vscode.window.activeTextEditor?.document;
    const before = document === undefined ? undefined : this.#parts.sessions.forFile(document.uri);
    if (before !== undefined && this.#open.has(before) && !(await this.decide(before))) return;
    const sent = await this.#parts.sender.send({ unit: 'statement', cursor: 'stay', tx: 'explicit' });
    if (sent === undefined) return;
    const session = this.#parts.sessions.forFile(sent.document.uri);
    const end = await endOf(session, sent.executionId);
    if (end === undefined || (end.type === 'error' && end.code === 'eval-dropped')) return;
    const open: Open = { beginning: session.path.run(sent.executionId)?.before };
    this.#note(session, open);
    if (end.type === 'error') return await this.rollBack(session);
    await this.#showDifference(session, sent.executionId, open);
    await this.#ask(session, end, open);
  }

  /** Keeps what the open transaction did. */
  async keep(session: Session): Promise<void> {
    await this.#end(session, 'commit', vscode.l10n.t('The transaction was not kept'));
  }

  async rollBack(session: Session): Promise<void> {
    await this.#end(session, 'rollback', vscode.l10n.t('The transaction was not rolled back'));
  }

  /** Asks again, for a transaction whose question was put away. True once it is decided. */
  async decide(session: Session): Promise<boolean> {
    const keep = vscode.l10n.t('$(check) Keep');
    const back = vscode.l10n.t('$(discard) Roll Back');
    const picked = await vscode.window.showQuickPick([keep, back], {
      title: vscode.l10n.t('Keep what the transaction did?'),
    });
    if (picked === keep) await this.keep(session);
    if (picked === back) await this.rollBack(session);
    return !this.#open.has(session);
  }

  /** An event that ends a transaction, whoever asked for it. */
  follow(session: Session, event: Event): void {
    const open = this.#open.get(session);
    if (open === undefined) return;
    if (event.type === 'rolled_back' || event.type === 'closed' || event.type === 'ready')
      this.#note(session, undefined);
    if (event.type !== 'restored') return;
    const { beginning } = open;
    const isBefore = beginning === undefined || session.path.runsBackTo(beginning) === undefined;
    // The runtime ends one whose beginning is not in the past any more.
    if (isBefore) this.#note(session, undefined);
    // By Undo a person has decided: nothing is left of it that could be kept.
    else if (event.checkpoint_id === beginning) supervise(this.#log, 'ending', this.keep(session));
  }

  /** The runtime may have ended, and every transaction with it. */
  stateChanged(session: Session): void {
    if (session.id === undefined && this.#open.has(session)) this.#note(session, undefined);
  }

  dispose(): void {
    this.#item.dispose();
  }

  async #ask(session: Session, end: Event<'result'>, open: Open): Promise<void> {
    const keep = vscode.l10n.t('Keep');
    const back = vscode.l10n.t('Roll Back');
    const outside = effectSentence(end.effects ?? []);
    const question = vscode.l10n.t('The run ended well. Keep what it did?');
    const choice = await vscode.window.showInformationMessage(`${question}${outside}`, keep, back);
    // The question stays in view when it was answered elsewhere, and another one may be open since.
    if (this.#open.get(session) !== open) return;
    if (choice === keep) await this.keep(session);
    if (choice === back) await this.rollBack(session);
  }

  async #showDifference(session: Session, executionId: string, open: Open): Promise<void> {
    const run = session.path.run(executionId);
    if (run?.before === undefined || run.after === undefined) return;
    const names = { fromName: vscode.l10n.t('before'), toName: vscode.l10n.t('after the transaction') };
    open.compared = { from: run.before, to: run.after, ...names };
    await this.#parts.comparisons
      .show(session, open.compared)
      .catch((error: unknown) => this.#log.warn('the transaction’s difference was not shown', error));
  }

  async #end(session: Session, op: 'commit' | 'rollback', failed: string): Promise<void> {
    const { connected } = session;
    if (connected === undefined) return this.#note(session, undefined);
    try {
      await connected.client.request(op, { session: connected.id });
    } catch (error) {
      supervise(this.#log, 'explaining', explainError(failed, error, this.#log));
    }
    this.#note(session, undefined);
  }

  #note(session: Session, open: Open | undefined): void {
    const decided = this.#open.get(session)?.compared;
    if (open !== undefined) this.#open.set(session, open);
    else this.#open.delete(session);
    // It has served its purpose, and stands before the code.
    if (decided !== undefined) this.#parts.comparisons.close(decided);
    void vscode.commands.executeCommand('setContext', 'hindsight.transactionOpen', this.#open.size > 0);
    if (this.#open.size > 0) this.#item.show();
    else this.#item.hide();
  }
}

/** The event that ends an evaluation; undefined when the session ends first. */
function endOf(session: Session, executionId: string): Promise<Event<'result' | 'error'> | undefined> {
  return new Promise((resolve) => {
    const settle = (end: Event<'result' | 'error'> | undefined): void => {
      for (const listening of subscriptions) listening.dispose();
      resolve(end);
    };
    const subscriptions = [
      session.onDidReceive((event) => {
        if (event.execution_id === executionId && (event.type === 'result' || event.type === 'error'))
          settle(event);
      }),
      session.onDidChangeState(() => {
        if (session.id === undefined && session.wasOpen) settle(undefined);
      }),
    ];
  });
}

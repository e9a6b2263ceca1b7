/**
 * Brings a session to another state: asks what has to be asked, sends `restore`, and says how it went. Undo, Redo,
 * rewinds and checkpoints all come here. Which state it is is the caller's to know.
 */
import * as vscode from 'vscode';
import { ProtocolError } from '../../runtime/protocol/errors.ts';
import type { Returns } from '../../runtime/protocol/messages.ts';
import type { Log } from '../logging/log.ts';
import type { Session } from '../sessions/session.ts';
import { addUpEffects, type Concerns, hasConcerns, noConcerns } from './concerns.ts';
import { askBusy, askTrust, confirm } from './dialogs.ts';
import { explainError } from './explain-error.ts';
import type { States } from './states.ts';
import { nameOf } from './words.ts';

export interface Destination {
  readonly state: string;
  /** What the buttons say: `Undo`, `Rewind`, `Restore`. */
  readonly action: string;
  /** True: asks the runtime first what would not come back. Without, only what is known already counts. */
  readonly look?: boolean;
}

type Busy = 'interrupt' | 'queue';

export class Rewinder implements vscode.Disposable {
  readonly #states: States;
  readonly #log: Log;
  /** Sessions in which a person does not want to be asked any more. */
  readonly #silenced = new WeakSet<Session>();
  readonly #didGo = new vscode.EventEmitter<Session>();

  /** This window has brought a session to another state. */
  readonly onDidGo = this.#didGo.event;

  constructor(states: States, log: Log) {
    this.#states = states;
    this.#log = log;
  }

  /** True when the session is there. A failure is told to the person, not thrown. */
  async go(session: Session, destination: Destination): Promise<boolean> {
    // A run that has ended may still be on its way to idle: that is not worth a question.
    const isBusy = session.path.running !== undefined || session.model.unfinished.length > 0;
    const busy = isBusy ? await askBusy(destination.action) : 'queue';
    if (busy === undefined) return false;
    try {
      const trust = await this.#agree(session, destination);
      if (trust === undefined) return false;
      if (!(await this.#restore(session, destination, busy, trust))) return false;
      this.#didGo.fire(session);
      return true;
    } catch (error) {
      await this.#failed(session, destination, error);
      return false;
    }
  }

  dispose(): void {
    this.#didGo.dispose();
  }

  /** Asks about what does not come back. Undefined: not agreed; else whether an imported checkpoint is trusted. */
  async #agree(session: Session, { state, action, look = false }: Destination): Promise<boolean | undefined> {
    const dry = look ? await this.#ask(session, state, { dry: true }) : undefined;
    const node = this.#states.find(state);
    const isForeign = node?.trusted === false;
    if (isForeign && !(await askTrust(nameOf(node), dry?.report))) return undefined;
    const concerns = this.#concerns(session, state, dry);
    if (!hasConcerns(concerns) || this.#silenced.has(session) || !wantsToBeAsked()) return isForeign;
    const confirmed = await confirm(action, concerns);
    if (confirmed === 'silence') this.#silenced.add(session);
    return confirmed === undefined ? undefined : isForeign;
  }

  #concerns(session: Session, state: string, dry: Returns<'restore'> | undefined): Concerns {
    const runs = session.path.runsBackTo(state) ?? [];
    return {
      ...noConcerns,
      warnings: dry?.warnings ?? this.#states.find(state)?.warnings ?? [],
      lost: dry?.report?.lost ?? [],
      effects: addUpEffects(runs.flatMap(({ effects }) => effects)),
    };
  }

  async #restore(session: Session, destination: Destination, busy: Busy, trust: boolean): Promise<boolean> {
    try {
      await this.#ask(session, destination.state, { busy, ...(trust ? { trust } : {}) });
    } catch (error) {
      // Something runs that this window has not heard of.
      if (ProtocolError.from(error).code !== 'session-busy') throw error;
      const chosen = await askBusy(destination.action);
      if (chosen === undefined) return false;
      await this.#ask(session, destination.state, { busy: chosen, ...(trust ? { trust } : {}) });
    }
    return true;
  }

  async #ask(
    session: Session,
    snapshotId: string,
    options: { readonly dry?: boolean; readonly busy?: Busy; readonly trust?: boolean },
  ): Promise<Returns<'restore'>> {
    const { connected } = session;
    if (connected === undefined)
      throw new ProtocolError('disconnected', vscode.l10n.t('the session "{0}" is not open', session.name));
    return await connected.client.request('restore', {
      snapshotId,
      inPlace: true,
      session: connected.id,
      ...options,
    });
  }

  async #failed(session: Session, destination: Destination, error: unknown): Promise<void> {
    const { code, details } = ProtocolError.from(error);
    const nearest = code === 'snapshot-gone' ? details?.['nearest'] : undefined;
    if (typeof nearest !== 'string') {
      await explainError(vscode.l10n.t('{0} did not work', destination.action), error, this.#log);
      return;
    }
    const node = this.#states.find(nearest);
    const goThere = vscode.l10n.t('Go There');
    const choice = await vscode.window.showWarningMessage(
      vscode.l10n.t(
        'That state is not held any more. The nearest one that is: {0}.',
        node === undefined ? nearest : nameOf(node),
      ),
      goThere,
    );
    if (choice === goThere) await this.go(session, { ...destination, state: nearest, look: true });
  }
}

function wantsToBeAsked(): boolean {
  return vscode.workspace.getConfiguration('hindsight').get('confirmRestore', true);
}

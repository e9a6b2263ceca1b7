/** Which sessions a client follows, and how far it has read each: what makes every event come once, in order. */
import type { Event } from '../events.ts';
import type { Params, Returns } from '../messages.ts';

interface Followed {
  readonly mode: 'owner' | 'observer';
  epoch: string;
  /** `seq` of the last event that was passed on. */
  seq: number;
}

export class FollowedSessions {
  readonly #sessions = new Map<string, Followed>();

  /** A session was opened, or attached to: its events come from the one behind `since` on. */
  follow(session: string, mode: Followed['mode'], epoch: string, since: number): void {
    this.#sessions.set(session, { mode, epoch, seq: since });
  }

  forget(session: string): void {
    this.#sessions.delete(session);
  }

  /** Takes an event; false when it was passed on before. */
  accept(event: Event): boolean {
    const followed = this.#sessions.get(event.session);
    if (followed === undefined) return true;
    if (event.seq <= followed.seq) return false;
    followed.seq = event.seq;
    if (event.type === 'closed') this.forget(event.session);
    return true;
  }

  /** What to ask of a new connection, to go on where the last one ended. */
  attachments(): Params<'attach'>[] {
    return [...this.#sessions].map(([session, { mode, epoch, seq }]) => ({
      session,
      mode,
      epoch,
      since: seq,
    }));
  }

  /** The answer to an `attach`: where the events that follow it begin. */
  attached(
    params: Params<'attach'>,
    { epoch, seq, reason }: Pick<Returns<'attach'>, 'epoch' | 'seq' | 'reason'>,
  ): void {
    const since = reason === 'epoch' ? 0 : (params.since ?? seq);
    this.follow(params.session, params.mode ?? 'owner', epoch, since);
  }
}

/**
 * What does not come back when a session goes to another state, as lines for a person. Pure: what is asked of the
 * runtime, and the dialog, are in `rewind.ts`.
 */
import type { KeepReport, OutsideEffect, StateWarning } from '../../runtime/protocol/states.ts';

/** What a person should know before: all of it stands in one dialog. */
export interface Concerns {
  /** Of the state that is gone to: a thread, a socket, another version. */
  readonly warnings: readonly StateWarning[];
  /** Variables that a durable form could not keep, with the reason. */
  readonly lost: KeepReport['lost'];
  /** What the runs that are undone did outside. */
  readonly effects: readonly OutsideEffect[];
}

export const noConcerns: Concerns = { warnings: [], lost: [], effects: [] };

export function hasConcerns({ warnings, lost, effects }: Concerns): boolean {
  return warnings.length + lost.length + effects.length > 0;
}

/** Several runs' effects, the same ones as one with their sum. */
export function addUpEffects(effects: readonly OutsideEffect[]): readonly OutsideEffect[] {
  const byThing = new Map<string, OutsideEffect>();
  for (const effect of effects) {
    const key = `${effect.kind}\n${effect.target}`;
    const count = (byThing.get(key)?.count ?? 0) + (effect.count ?? 1);
    byThing.set(key, { kind: effect.kind, target: effect.target, count });
  }
  return [...byThing.values()];
}

/** At most `limit` lines, the last of which tells how many more there are. `more` words that number. */
export function atMost(
  lines: readonly string[],
  limit: number,
  more: (count: number) => string,
): readonly string[] {
  if (lines.length <= limit) return lines;
  return [...lines.slice(0, limit - 1), more(lines.length - limit + 1)];
}

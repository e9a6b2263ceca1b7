/** What does not come back with a state: said before a restore, and with it. */
import type { OutsideEffect, StateWarning } from '../../protocol/states.ts';
import type { Move } from './snapshot-tree.ts';

const verbs: Readonly<Record<string, string>> = {
  'file-written': 'wrote',
  'file-deleted': 'deleted',
  'file-moved': 'moved',
  folder: 'changed the folder',
  request: 'sent a request to',
  process: 'started',
  database: 'wrote to the database',
};

/** That the runs which are undone did something outside, which is not. One warning for each thing, newest first. */
export function warningsOfMove({ left }: Move): StateWarning[] {
  const found = new Map<string, StateWarning>();
  for (const { run } of left) {
    for (const effect of run?.effects ?? []) {
      const key = `${effect.kind} ${effect.target}`;
      if (!found.has(key)) found.set(key, warningOf(effect, run?.executionCount ?? 0));
    }
  }
  return [...found.values()];
}

function warningOf({ kind, target }: OutsideEffect, executionCount: number): StateWarning {
  const did = `${verbs[kind] ?? 'changed'} ${target}`;
  return {
    kind: kind.startsWith('file') ? 'file' : kind,
    message: `Run ${executionCount} ${did}; that is not undone.`,
    name: target,
  };
}

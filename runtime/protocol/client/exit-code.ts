/** How the end of a Python program is said to whoever started it: as Python's own command would. */
import type { Event } from '../events.ts';

/** `SystemExit` says it, Ctrl+C is 130, all else is 1. */
export function exitCodeOf({ exception_type: type, exception_message: message }: Event<'error'>): number {
  if (type === 'KeyboardInterrupt') return 130;
  if (type !== 'SystemExit') return 1;
  if (message === '' || message === 'None' || message === 'False') return 0;
  return /^-?\d+$/.test(message) ? Number(message) & 0xff : 1;
}

/** True for a `SystemExit` of which Python says nothing: what it holds is an exit code. */
export function isSilentExit({ exception_type: type, exception_message: message }: Event<'error'>): boolean {
  return type === 'SystemExit' && /^(-?\d+|None|True|False|)$/.test(message);
}

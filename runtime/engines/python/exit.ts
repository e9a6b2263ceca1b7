/** How a process ended, and how to say it to a person. It knows no process. */
import { constants } from 'node:os';

/** Exactly one of the two is set, or neither where nobody was there to see it. */
export interface Exit {
  readonly code: number | null;
  /** `SIGKILL`, …; a number where the platform has no name for it. */
  readonly signal: string | null;
}

/** An exit that nobody saw: the process that would have reported it is gone, too. */
export const unseenExit: Exit = { code: null, signal: null };

/** The name of a signal given by number or by name. */
export function signalName(signal: number | string): string {
  if (typeof signal === 'string') return signal;
  const found = Object.entries(constants.signals).find(([, number]) => number === signal);
  return found?.[0] ?? `signal ${signal}`;
}

/** A sentence such as `Python was killed by SIGKILL, most often because memory ran out`; no full stop. */
export function causeOf(exit: Exit): string {
  if (exit.signal !== null) {
    const hint = hints[exit.signal];
    return `Python was killed by ${exit.signal}${hint === undefined ? '' : hint}`;
  }
  if (exit.code !== null) return `Python ended with exit code ${exit.code}${codeHint(exit.code)}`;
  return 'Python ended together with the process that had started it';
}

const hints: Readonly<Record<string, string>> = {
  SIGKILL: ', most often because memory ran out',
  SIGSEGV: ' (a crash in C code)',
  SIGBUS: ' (a crash in C code, or a mapped file that became shorter)',
  SIGILL: ' (a crash in C code, or a library built for another processor)',
  SIGFPE: ' (a crash in C code)',
  SIGABRT: ' (C code gave up, most often because of a failed check)',
  SIGTERM: ', which another program asked for',
};

// Windows reports a crash as an NTSTATUS code instead of a signal.
function codeHint(code: number): string {
  if (code === 0) return ' (os._exit, or the program closed files that are not its own)';
  const status = code >>> 0;
  return status >= 0xc000_0000
    ? ` (0x${status.toString(16)}, a crash in C code)`
    : ' (os._exit, or a library that ends the process)';
}

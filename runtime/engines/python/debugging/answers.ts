/** What `navigate` answers, out of places and of what processes said. Pure; it moves nothing. */
import { Compile, type Validator } from 'typebox/compile';
import type { DebugThread, HistoryEntry, Position, Stop, StopReason } from '../../../protocol/debug.ts';
import { stopReason } from '../../../protocol/debug.ts';
import { ProtocolError } from '../../../protocol/errors.ts';
import type { Returns } from '../../../protocol/messages.ts';
import { operations } from '../../../protocol/operations.ts';
import type { Said } from './messages.ts';
import { atText, type Place, sourceLocOf } from './places.ts';
import type { Steps } from './steps.ts';

export interface Described {
  readonly trace: string;
  readonly steps: Steps;
  readonly isLive: boolean;
  /** True when all lines that there are were counted. */
  readonly isCounted: boolean;
}

export function positionOf(place: Place, { trace, steps, isLive, isCounted }: Described): Position {
  const step = place.thread === undefined ? steps.known(place) : undefined;
  return {
    trace,
    at: atText(place),
    time: place.time,
    ...(step === undefined ? {} : { step }),
    ...(isCounted ? { steps: steps.total } : {}),
    name: place.name,
    sourceLoc: sourceLocOf(place),
    ...(place.thread === undefined ? {} : { thread: place.thread }),
    live: isLive,
  };
}

export function stopOf(
  reason: StopReason,
  position: Position,
  {
    breakpoints,
    exception,
    text,
    threads,
  }: Partial<Pick<Said<'run'>, 'breakpoints' | 'exception' | 'text' | 'threads'>> = {},
): Stop {
  return {
    reason,
    position,
    ...(breakpoints === undefined || breakpoints.length === 0 ? {} : { breakpoints }),
    ...(exception === undefined ? {} : { exception }),
    ...(text === undefined || text === '' ? {} : { text }),
    ...(threads === true ? { warning: threadsRan } : {}),
  };
}

const threadsRan =
  'The program ran other threads on the way to here. They are not recorded: here they have run anew, and what they do may differ from what they did.';

export function entryOf(
  {
    place,
    value,
    number,
    error,
  }: { readonly place: Place; readonly value?: string; readonly number?: number; readonly error?: string },
  described: Described,
): HistoryEntry {
  return {
    position: positionOf(place, described),
    ...(value === undefined ? {} : { value }),
    ...(number === undefined ? {} : { number }),
    ...(error === undefined ? {} : { error }),
  };
}

const reasons: ReadonlySet<string> = new Set(stopReason.enum);

/** Why a process says that it stands, as a person is told. */
export function reasonOf(text: string): StopReason {
  return reasons.has(text) ? (text as StopReason) : 'step'; // It is one of the schema's.
}

let validator: Validator | undefined;

/** What a process answered to a look, as `navigate` answers it. Throws `internal`. */
export function checkedAnswer(fields: Readonly<Record<string, unknown>>): Returns<'navigate'> {
  validator ??= Compile(operations.navigate.returns);
  if (validator.Check(fields)) return fields as Returns<'navigate'>; // Checked by the validator of this operation.
  const [first] = validator.Errors(fields);
  const problem = `${first?.instancePath ?? ''} ${first?.message ?? 'is not valid'}`;
  throw new ProtocolError('internal', `a copy of the program answered wrongly: ${problem}`);
}

export function notStopped(): ProtocolError {
  return new ProtocolError('not-stopped', 'the program runs; pause it, or wait until it stands');
}

/** Time travel follows the main thread: there is no past of another one. */
export function otherThread(thread: DebugThread, what: string): ProtocolError {
  const message = `${what} is not possible in ${thread.name}: only the main thread is recorded; reverse-continue and goto lead into its past`;
  return new ProtocolError('invalid-request', message);
}

export function missing(field: string, action: string): ProtocolError {
  return new ProtocolError('invalid-request', `navigate: '${action}' needs the field '${field}'`, {
    details: { field },
  });
}

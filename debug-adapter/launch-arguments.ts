/**
 * What a launch.json of the type `hindsight` says. The types are what a person writes; `readLaunch` and `readAttach` make of it
 * one of the ways to start, or say which of its fields is wrong. Knows neither the runtime nor the wire.
 */
import { ProtocolError } from '../runtime/protocol/errors.ts';

/** Of every start. Paths are absolute, or relative to `cwd`. */
export interface CommonArguments {
  /** Name of the configuration; a session that is opened for it is called so, too. */
  readonly name?: string;
  /** Stop only in your own code, and step over that of libraries. Default: true. */
  readonly justMyCode?: boolean;
  /** Stop before the first line. Default: false. */
  readonly stopOnEntry?: boolean;
  /** Stop once more when the program has ended, so that one can step back from there. Default: false; true with `lastRun` and `executionId`, and for a `test` that fails. */
  readonly stopAtEnd?: boolean;
  /** MB of memory for the recording. Default: an eighth of the machine's memory. */
  readonly memoryMb?: number;
  /** Show what the program prints in the debug console. Default: true, unless it has a terminal. */
  readonly redirectOutput?: boolean;
}

const consoles = ['internalConsole', 'integratedTerminal', 'externalTerminal'] as const;

/** `"request": "launch"`. One of `program`, `module`, `code`, `test`, `lastRun` and `executionId` says what is run. */
export interface LaunchArguments extends CommonArguments {
  /** A Python file, run as `python FILE` runs it. */
  readonly program?: string;
  /** A module or package, run as `python -m MODULE` runs it. */
  readonly module?: string;
  /** Code that is run in an open session, with the variables of that session: a selection, a cell. */
  readonly code?: string;
  /** Of `code`: the file that it was taken from. */
  readonly file?: string;
  /** Of `code`: the line of `file` on which it starts, from 1. */
  readonly line?: number;
  /** A test: a node id of pytest such as `tests/test_a.py::test_b`, or a dotted name of unittest. */
  readonly test?: string;
  /** Of `test`. Default: `pytest` where the name has `::` or ends in `.py`, else `unittest`. */
  readonly testFramework?: 'pytest' | 'unittest';
  /** Run the last evaluation of `session` once more, from the state before it, in a new session. */
  readonly lastRun?: boolean;
  /** As `lastRun`, of the evaluation with this id. */
  readonly executionId?: string;
  /** Id or name of the session that `code`, `lastRun` and `executionId` are about. Default: the only one that is open. */
  readonly session?: string;
  /** Arguments of the program, of the module or of pytest. */
  readonly args?: readonly string[];
  /** Variables that are added to the environment; null takes one away. */
  readonly env?: Readonly<Record<string, string | null>>;
  /** Working directory. Default: that of the adapter. */
  readonly cwd?: string;
  /** Path or command of the interpreter. Default: the first usable one. */
  readonly python?: string;
  /** Where the program reads and prints: the debug console, or a terminal of the editor's or of its own. Default: `internalConsole`. */
  readonly console?: (typeof consoles)[number];
  /** Run without debugging: nothing is recorded and nothing stops. */
  readonly noDebug?: boolean;
}

/** `"request": "attach"`: follow what is debugged in an open session, or walk through what was recorded in it. */
export interface AttachArguments extends CommonArguments {
  /** Id or name of the session. Default: the only one that is open. */
  readonly session?: string;
  /** The recording to open, `tr-…`. Default: the newest of the session. */
  readonly trace?: string;
}

export type Launch = { readonly common: LaunchArguments } & (
  | { readonly kind: 'program'; readonly program: string }
  | { readonly kind: 'module'; readonly module: string }
  | { readonly kind: 'code'; readonly code: string; readonly file?: string; readonly line?: number }
  | { readonly kind: 'test'; readonly test: string; readonly framework: 'pytest' | 'unittest' }
  /** `executionId` undefined: the last one. */
  | { readonly kind: 'again'; readonly executionId: string | undefined }
);

/** Errors: `invalid-request`, with the field in the message. */
export function readLaunch(received: unknown): Launch {
  const common = checked<LaunchArguments>(received, { ...commonFields, ...launchFields });
  const { program, module, code, file, line, test, lastRun, executionId } = common;
  const ways = { program, module, code, test, lastRun: lastRun || undefined, executionId };
  const given = Object.entries(ways).filter(([, value]) => value !== undefined);
  const isOne = given.length === 1 || (lastRun === true && executionId !== undefined && given.length === 2);
  if (!isOne) {
    const what =
      given.length === 0 ? 'none is given' : `${given.map(([name]) => name).join(' and ')} are given`;
    throw wrong(`say one of program, module, code, test, lastRun or executionId; ${what}`);
  }
  if (program !== undefined) return { kind: 'program', program, common };
  if (module !== undefined) return { kind: 'module', module, common };
  if (test !== undefined)
    return { kind: 'test', test, framework: common.testFramework ?? frameworkOf(test), common };
  if (code === undefined) return { kind: 'again', executionId, common };
  return {
    kind: 'code',
    code,
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    common,
  };
}

/** Errors: `invalid-request`, with the field in the message. */
export function readAttach(received: unknown): AttachArguments {
  return checked<AttachArguments>(received, { ...commonFields, session: 'text', trace: 'text' });
}

type Kind = 'text' | 'boolean' | 'count' | 'texts' | 'environment' | readonly string[];

const commonFields: Readonly<Record<keyof CommonArguments, Kind>> = {
  name: 'text',
  justMyCode: 'boolean',
  stopOnEntry: 'boolean',
  stopAtEnd: 'boolean',
  memoryMb: 'count',
  redirectOutput: 'boolean',
};

const launchFields: Readonly<Record<Exclude<keyof LaunchArguments, keyof CommonArguments>, Kind>> = {
  program: 'text',
  module: 'text',
  code: 'text',
  file: 'text',
  line: 'count',
  test: 'text',
  testFramework: ['pytest', 'unittest'],
  lastRun: 'boolean',
  executionId: 'text',
  session: 'text',
  args: 'texts',
  env: 'environment',
  cwd: 'text',
  python: 'text',
  console: consoles,
  noDebug: 'boolean',
};

/** Fields that are not in the table are an editor's own (`type`, `presentation`, …) and pass. */
function checked<Arguments extends object>(
  received: unknown,
  fields: Readonly<Record<string, Kind>>,
): Arguments {
  const given: Record<string, unknown> = { ...Object(received) };
  for (const [name, kind] of Object.entries(fields)) {
    const value = given[name];
    if (value === null) delete given[name];
    else if (value !== undefined && !fits(value, kind)) throw wrong(complaint(name, kind, value));
  }
  return given as Arguments; // Each field was looked at.
}

function fits(value: unknown, kind: Kind): boolean {
  if (Array.isArray(kind)) return kind.includes(value);
  if (kind === 'text') return typeof value === 'string' && value !== '';
  if (kind === 'boolean') return typeof value === 'boolean';
  if (kind === 'count') return Number.isInteger(value) && Number(value) >= 1;
  if (kind === 'texts') return Array.isArray(value) && value.every((each) => typeof each === 'string');
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord && Object.values(value).every((each) => each === null || typeof each === 'string');
}

function complaint(name: string, kind: Kind, value: unknown): string {
  const shown = JSON.stringify(value);
  const expected: Readonly<Record<string, string>> = {
    text: 'a text that is not empty',
    boolean: 'true or false',
    count: 'a whole number, 1 or more',
    texts: 'a list of texts',
    environment: 'an object of texts',
  };
  const wanted = typeof kind === 'string' ? expected[kind] : `one of ${kind.join(', ')}`;
  return `${name} must be ${wanted}, not ${shown}`;
}

function frameworkOf(test: string): 'pytest' | 'unittest' {
  return test.includes('::') || test.endsWith('.py') || test.includes('/') ? 'pytest' : 'unittest';
}

function wrong(message: string): ProtocolError {
  return new ProtocolError('invalid-request', message);
}

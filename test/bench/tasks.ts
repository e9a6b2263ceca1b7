/** What is measured, the same for us and for the peer: code, sizes, and how often. */

export interface Output {
  readonly code: string;
  /** How many characters it writes; a client must have received exactly as many. */
  readonly characters: number;
}

export interface Tasks {
  readonly setUp: string;
  /** Text before a cursor whose name is completed. */
  readonly complete: string;
  /** An expression that is looked up. */
  readonly info: string;
  readonly lines: Output;
  readonly write: Output;
  readonly warmUp: number;
  /** Between two evaluations, as between two of a person: our states are taken then. */
  readonly pauseMs: number;
  /** Samples of what takes milliseconds, of what takes long, of new sessions, of interrupts. */
  readonly small: number;
  readonly large: number;
  readonly sessions: number;
  readonly interrupts: number;
}

const lineCount = 100_000;
const megabytes = 10;

export function tasks(options: { quick: boolean }): Tasks {
  const characters = Array.from({ length: lineCount }, (_, index) => `${index}\n`.length).reduce(
    (sum, n) => sum + n,
  );
  const counts = options.quick
    ? { warmUp: 5, small: 30, large: 2, sessions: 3, interrupts: 3 }
    : { warmUp: 50, small: 500, large: 9, sessions: 10, interrupts: 30 };
  return {
    setUp:
      'import collections\nsettings = collections.OrderedDict(alpha=1, beta=2)\ndef scale(value, factor=2):\n    "Scales a value."\n    return value * factor',
    complete: 'settings.po',
    info: 'scale',
    lines: { code: `for i in range(${lineCount}): print(i)`, characters },
    write: {
      code: `import sys\n_ = sys.stdout.write('x' * ${megabytes}_000_000)\nsys.stdout.flush()`,
      characters: megabytes * 1_000_000,
    },
    pauseMs: 10,
    ...counts,
  };
}

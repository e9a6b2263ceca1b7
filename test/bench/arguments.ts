/** What the bench is asked to measure. Pure: it reads no command line and measures nothing. */
import { parseArgs } from 'node:util';

export const sections = ['evaluation', 'states', 'durable', 'debugger'] as const;
export type Section = (typeof sections)[number];

export const recorders = ['native', 'monitoring', 'tracing'] as const;

export interface Asked {
  /** In their order. */
  readonly sections: readonly Section[];
  readonly quick: boolean;
  /** Of the debugger's section: versions of Python such as `3.12`; empty: the newest, and the newest before 3.12. */
  readonly pythons: readonly string[];
  /** Of the debugger's section; undefined: the best there is. */
  readonly recorder: (typeof recorders)[number] | undefined;
}

export const usage = `npm run bench [-- [SECTION…] [--quick] [--python=3.12]… [--recorder=${recorders.join('|')}]]
  SECTION: ${sections.join(', ')}; all of them where none is named
  --quick: less of everything, to see that it works
  --python, --recorder: in the debugger's section`;

/** Errors: an argument that it does not know, with the usage. `undefined`: only the usage is asked for. */
export function askedFor(args: readonly string[]): Asked | undefined {
  const { values, positionals } = parse(args);
  if (values.help) return undefined;
  const named = positionals.map((name) => oneOf(sections, name, 'section'));
  const { recorder } = values;
  return {
    sections: sections.filter((section) => named.length === 0 || named.includes(section)),
    quick: values.quick,
    pythons: values.python,
    recorder: recorder === undefined ? undefined : oneOf(recorders, recorder, 'recorder'),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        quick: { type: 'boolean', default: false },
        python: { type: 'string', multiple: true, default: [] },
        recorder: { type: 'string' },
      },
    });
  } catch (error) {
    throw refused(error instanceof Error ? error.message : String(error));
  }
}

function oneOf<Name extends string>(names: readonly Name[], given: string, what: string): Name {
  const known = names.find((name) => name === given);
  if (known === undefined) throw refused(`There is no ${what} '${given}'`);
  return known;
}

function refused(why: string): Error {
  return new Error(`${why}\n${usage}`);
}

/**
 * From a launch to what is evaluated: the Python that prepares a session as `python FILE` or `python -m MODULE` would find it, and
 * the code that is then run under the recorder. Pure; the session is somebody else's.
 */
import path from 'node:path';
import type { Launch } from './launch-arguments.ts';

/** What `prepare` is asked to do in the session. */
interface Wanted {
  readonly argv: readonly string[];
  /** Becomes `sys.path[0]`. */
  readonly folder: string;
  readonly file?: string;
  readonly module?: string;
  /** Must be importable, else the launch is refused. */
  readonly needs?: string;
  readonly unset?: readonly string[];
}

/** Code that is sent as it is, such as that which runs a test. */
export interface Program {
  readonly code: string;
  readonly file?: string;
  readonly line?: number;
}

/** A fresh session for a launch: how to prepare it, and what then runs; without `program`, the text of the file that preparing names. */
export interface Plan {
  /** Evaluated silently; its value is the path of the file to run, as hexadecimal UTF-8, or empty. */
  readonly preparation: string;
  readonly program?: Program;
}

/** `cwd` is absolute. */
export function planOf(launch: Exclude<Launch, { kind: 'code' | 'again' }>, cwd: string): Plan {
  const { args = [], env = {} } = launch.common;
  const unset = Object.entries(env).flatMap(([name, value]) => (value === null ? [name] : []));
  if (launch.kind === 'program') {
    const file = path.resolve(cwd, launch.program);
    return {
      preparation: preparation({ argv: [launch.program, ...args], folder: path.dirname(file), file, unset }),
    };
  }
  if (launch.kind === 'module')
    return { preparation: preparation({ argv: ['-m', ...args], folder: cwd, module: launch.module, unset }) };
  const { framework, test } = launch;
  return {
    preparation: preparation({ argv: [framework, ...args, test], folder: cwd, needs: framework, unset }),
    program: { code: framework === 'pytest' ? pytestCode(test, args) : unittestCode(test, args) },
  };
}

/** The path that the value of a preparation (its `repr`) stands for; undefined where it names none. */
export function fileOfPreparation(value: string | undefined): string | undefined {
  const hex = /^'([0-9a-f]+)'$/.exec(value ?? '')?.[1];
  return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString('utf8');
}

/** The text of a Python file, in the encoding that it names (PEP 263). Errors: `RangeError` for one that is not known. */
export function textOfSource(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 512)).toString('latin1').split('\n', 2).join('\n');
  const label = /^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)/m.exec(start)?.[1] ?? 'utf-8';
  return new TextDecoder(label.replaceAll('_', '-')).decode(bytes);
}

// `-s`: what a test prints is seen when it is printed, and pytest swaps no descriptors under the recorder.
function pytestCode(test: string, args: readonly string[]): string {
  return `import sys, pytest; sys.exit(pytest.main(${listOf(['-s', ...args, test])}))`;
}

function unittestCode(test: string, args: readonly string[]): string {
  return `import unittest; unittest.main(module=None, argv=${listOf(['unittest', ...args, test])})`;
}

function preparation(wanted: Wanted): string {
  // In a namespace of its own, so that the program finds only what Python itself puts there.
  const scope = `{'main': globals(), 'text': ${literal(JSON.stringify(wanted))}}`;
  return `(lambda scope: exec(${literal(prepare)}, scope) or scope['answer'])(${scope})`;
}

const prepare = `
import json, os, sys
wanted = json.loads(text)
for name in wanted.get('unset', ()):
    os.environ.pop(name, None)
sys.argv = wanted['argv']
if sys.path and sys.path[0] in ('', os.getcwd()):
    sys.path[0] = wanted['folder']
else:
    sys.path.insert(0, wanted['folder'])
file = wanted.get('file')
module = wanted.get('module')
needs = wanted.get('needs')
if needs is not None:
    import importlib.util
    if importlib.util.find_spec(needs) is None:
        raise ImportError(f'{needs} is not installed for {sys.executable}')
if module is not None:
    import importlib.util
    spec = importlib.util.find_spec(module)
    if spec is not None and spec.submodule_search_locations is not None:
        spec = importlib.util.find_spec(module + '.__main__')
        if spec is None:
            raise ImportError(f'{module} is a package without a __main__, and cannot be run')
    if spec is None:
        raise ImportError(f'No module named {module}')
    if not spec.has_location or not str(spec.origin).endswith('.py'):
        raise ImportError(f'{module} has no Python source that could be debugged ({spec.origin})')
    file = spec.origin
    main['__spec__'], main['__package__'], main['__loader__'] = spec, spec.parent, spec.loader
    sys.argv[0] = file
if file is not None:
    main['__file__'] = file
answer = '' if file is None else file.encode('utf-8', 'surrogateescape').hex()
`;

/** A Python literal of a text: JSON's escapes mean the same in Python. */
function literal(text: string): string {
  return JSON.stringify(text);
}

function listOf(texts: readonly string[]): string {
  return `[${texts.map(literal).join(', ')}]`;
}

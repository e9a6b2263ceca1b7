/** The operations that look at live objects and at code, and change nothing. */
import Type from 'typebox';
import { count, operation, ownSession } from './operation.ts';
import { at } from './state-operations.ts';

const line = Type.Integer({ minimum: 1, description: 'Line, 1-based.' });
const column = Type.Integer({ minimum: 0, description: 'Column, 0-based, in UTF-16 code units.' });
const position = Type.Object({ line, column });

/** A place in code: a whole text and a cursor in it; or, as in nREPL, only a name or a prefix. */
const place = {
  code: Type.Optional(Type.String({ description: 'The text around the cursor: the whole file or cell.' })),
  line: Type.Optional(line),
  column: Type.Optional(column),
  file: Type.Optional(Type.String({ description: 'Path of the file that `code` is the text of.' })),
};

export const lookingOperations = {
  complete: operation(
    'observer',
    'Candidates for the name or key that ends at the cursor, from the live objects first. Runs no user code.',
    {
      session: ownSession,
      prefix: Type.Optional(
        Type.String({ description: 'The text before the cursor, where there is no `code`.' }),
      ),
      ...place,
      ns: Type.Optional(Type.String()),
      at,
      static: Type.Optional(
        Type.Boolean({
          description: 'Also from reading the source, where the live objects do not know. Default: true.',
        }),
      ),
    },
    {
      completions: Type.Array(
        Type.Object({
          candidate: Type.String({
            description: 'The text that replaces what stands between `start` and the cursor.',
          }),
          type: Type.String({
            description:
              '`function`, `class`, `module`, `instance`, `property`, `keyword`, `key`, `column`, `path`, `param`.',
          }),
          symbol: Type.Optional(Type.String({ description: 'What to ask `info` for.' })),
          detail: Type.Optional(Type.String({ description: 'Type or short value.' })),
          source: Type.Optional(Type.Enum(['live', 'static'])),
        }),
      ),
      start: Type.Optional(position),
    },
  ),

  info: operation(
    'observer',
    'What a name or an expression stands for: type, value, signature, documentation, definition. Runs no user code in the session. Status also holds `no-info` where nothing is known.',
    {
      session: ownSession,
      symbol: Type.Optional(Type.String()),
      ...place,
      context: Type.Optional(
        Type.Enum(['symbol', 'call'], {
          description: '`call`: the innermost call around the cursor, for signature help. Default: `symbol`.',
        }),
      ),
      ns: Type.Optional(Type.String()),
      at,
      static: Type.Optional(Type.Boolean({ description: 'As in `complete`.' })),
    },
    {
      name: Type.Optional(Type.String({ description: 'The expression that was looked up.' })),
      type: Type.Optional(Type.String({ description: 'Qualified name of its type.' })),
      preview: Type.Optional(
        Type.String({ description: 'The value in at most 20 lines of 120 characters.' }),
      ),
      shape: Type.Optional(Type.Array(count)),
      length: Type.Optional(count),
      dtype: Type.Optional(Type.String()),
      columns: Type.Optional(Type.Array(Type.Object({ name: Type.String(), dtype: Type.String() }))),
      doc: Type.Optional(Type.String()),
      arglists: Type.Optional(Type.Array(Type.String())),
      signature: Type.Optional(
        Type.Object({
          label: Type.String(),
          parameters: Type.Array(Type.Object({ label: Type.String(), doc: Type.Optional(Type.String()) })),
          active: Type.Optional(
            Type.Integer({ minimum: 0, description: 'Index of the parameter at the cursor.' }),
          ),
        }),
      ),
      module: Type.Optional(Type.String()),
      file: Type.Optional(Type.String()),
      line: Type.Optional(line),
      column: Type.Optional(column),
      range: Type.Optional(
        Type.Object({ start: position, end: position }, { description: 'Of the expression in `code`.' }),
      ),
      source: Type.Optional(Type.Enum(['live', 'static'])),
    },
  ),

  locate: operation(
    'observer',
    'The statement or block of code that a cursor or a selection stands for, found although other parts of the text may be wrong.',
    {
      engine: Type.Optional(Type.String({ description: 'Default: `python`.' })),
      interpreter: Type.Optional(
        Type.String({ description: 'As in `clone`; decides which syntax is known.' }),
      ),
      code: Type.String({ description: 'The whole file or cell.' }),
      line,
      column,
      end: Type.Optional(position),
      unit: Type.Enum(['statement', 'block', 'selection'], {
        description:
          '`statement`: the top-level statement around the cursor, decorators and all, on a blank line the next one. `block`: the innermost compound statement around it. `selection`: from the cursor to `end`, widened to what can run.',
      }),
    },
    {
      range: Type.Optional(
        Type.Object(
          { start: position, end: position },
          { description: 'What will run; absent where there is nothing.' },
        ),
      ),
      text: Type.Optional(Type.String({ description: 'It, dedented.' })),
      dedent: Type.Optional(Type.Integer({ minimum: 0, description: 'Columns taken off each line.' })),
      next: Type.Optional(position),
    },
  ),
} as const;

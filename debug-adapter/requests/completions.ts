/** What can be typed next in the debug console: names that the frame sees, and attributes of what stands before a dot. */
import { type Context, debuggingOf } from '../context.ts';
import type { Handlers } from './request.ts';

/** More are of no use to a person, and the list is asked for again as they type. */
const mostCandidates = 500;

export function completionRequests(context: Context): Handlers<'completions'> {
  return {
    async completions({ text, column, line = 1, frameId }, { signal }) {
      const { debuggee, references, standing } = debuggingOf(context);
      if (standing.position === undefined) return { targets: [] };
      const { convert } = context.editor;
      const typed = text.split('\n')[convert.fromLine(line) - 1] ?? '';
      const before = typed.slice(0, convert.fromColumn(column));
      const { object, prefix } = wordBefore(before);
      if (object === undefined && prefix === '') return { targets: [] };
      const frame = references.frameOf(frameId);
      const expression = candidates(object, prefix);
      // Nothing to complete is no error to whoever types.
      const { variable } = await debuggee
        .navigate('evaluate', { ...frame, expression, context: 'clipboard' }, signal)
        .catch(() => ({ variable: undefined }));
      const found = (variable?.value ?? '').split(' ').filter((each) => each !== '');
      return {
        targets: found.map((each) => {
          const [label = each, kind] = each.split(':');
          return {
            label,
            type:
              kind === 'c'
                ? object === undefined
                  ? 'function'
                  : 'method'
                : object === undefined
                  ? 'variable'
                  : 'property',
            start: convert.toColumn(before.length - prefix.length) - convert.toColumn(0),
            length: prefix.length,
          } as const;
        }),
      };
    },
  };
}

/** The name that is being typed, and what stands before the dot in front of it: names, attributes, simple subscripts and calls without arguments. */
export function wordBefore(text: string): { readonly object?: string; readonly prefix: string } {
  const prefix = /[\p{L}\p{N}_]*$/u.exec(text)?.[0] ?? '';
  const rest = text.slice(0, text.length - prefix.length);
  if (!rest.endsWith('.')) return { prefix };
  const object = /(?:[\p{L}_][\p{L}\p{N}_]*|\)|\]|['"])(?:[\p{L}\p{N}_.]|\[[^[\]]*\]|\(\))*$/u.exec(
    rest.slice(0, -1),
  );
  const chain = /[\p{L}_][\p{L}\p{N}_]*(?:\.[\p{L}_][\p{L}\p{N}_]*|\[[^[\]]*\]|\(\))*$/u.exec(
    rest.slice(0, -1),
  )?.[0];
  return object === null || chain === undefined ? { prefix: '' } : { object: chain, prefix };
}

/** An expression whose value is a text of `name:kind`, with spaces between; private names only when they are asked for. */
function candidates(object: string | undefined, prefix: string): string {
  const names =
    object === undefined
      ? `{**vars(__import__('builtins')), **globals(), **locals()}`
      : `{name: getattr(type(it), name, None) for name in dir(it)}`;
  const list = `lambda it, names, start: ' '.join([name + (':c' if callable(value) else ':v') for name, value in sorted(names.items()) if isinstance(name, str) and name.startswith(start) and (start[:1] == '_' or name[:1] != '_')][:${mostCandidates}])`;
  if (object === undefined) return `(${list})(None, ${names}, ${JSON.stringify(prefix)})`;
  return `(lambda it: (${list})(it, ${names}, ${JSON.stringify(prefix)}))(${object})`;
}

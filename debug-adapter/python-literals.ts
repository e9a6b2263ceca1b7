/** What Python's `repr` of a text stands for. */

/** The text; undefined where it is no literal of one, or is cut. */
export function textOfLiteral(literal: string): string | undefined {
  const [, quote, inside] = /^(['"])([\s\S]*)\1$/.exec(literal) ?? [];
  if (quote === undefined || inside === undefined) return undefined;
  return inside.replace(
    /\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([\s\S]))/g,
    (_, two?: string, four?: string, eight?: string, one = ''): string => {
      const code = two ?? four ?? eight;
      return code === undefined ? (escapes[one] ?? one) : String.fromCodePoint(Number.parseInt(code, 16));
    },
  );
}

const escapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t' };

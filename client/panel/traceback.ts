/**
 * A Python traceback in parts: what is the person's own, and runs of frames inside libraries, which a panel folds.
 * It knows neither VS Code nor how a part is drawn.
 */

export type TracebackPart =
  | { readonly kind: 'own'; readonly lines: readonly string[] }
  | {
      readonly kind: 'library';
      readonly lines: readonly string[];
      readonly frames: number;
      /** The packages that the frames are in, in the order in which they come. */
      readonly packages: readonly string[];
    };

// In a group of exceptions a frame stands behind bars. What a SyntaxError points at has no `, in …`, and is no frame.
const frameLine = /^([\s|+]*)File "([^"]+)", line \d+, in /;
const inPackages = /[\\/](?:site|dist)-packages[\\/]([^\\/]+)/;
const inStandardLibrary = /[\\/](?:lib[\\/]python\d+\.\d+[\\/]|Lib\\)([^\\/]+)/;
const frozen = /^<frozen ([^>.]+)/;
/** Cython tells paths relative to where a library was built: `pandas/_libs/index.pyx`. */
const compiled = /^([^<\\/:]+)[\\/].*\.(?:pyx|pxi|pxd)$/;

/** The parts of a traceback, as the language prints it, in their order; all lines are in one of them. */
export function splitTraceback(lines: readonly string[]): readonly TracebackPart[] {
  const parts: TracebackPart[] = [];
  for (let at = 0; at < lines.length; ) {
    const end = endOfFrame(lines, at);
    append(parts, lines.slice(at, end), packageOf(lines[at] ?? ''));
    at = end;
  }
  return parts;
}

/** The package of the frame that the line opens; undefined for another line and for a frame of the person's own code. */
export function packageOf(line: string): string | undefined {
  const file = frameLine.exec(line)?.[2];
  if (file === undefined) return undefined;
  for (const place of [inPackages, inStandardLibrary, frozen, compiled]) {
    const name = place.exec(file)?.[1];
    if (name !== undefined) return name.replace(/\.pyc?$/, '');
  }
  return undefined;
}

/** The line after the frame that starts at `at`, or after the one line when no frame does. */
function endOfFrame(lines: readonly string[], at: number): number {
  const indent = frameLine.exec(lines[at] ?? '')?.[1]?.length;
  let end = at + 1;
  if (indent === undefined) return end;
  // Its source and the marks below stand two columns further in; a recursion is counted where the frame stands.
  while (/^(?: {2}|\[Previous line repeated)/.test(lines[end]?.slice(indent) ?? '')) end++;
  return end;
}

function append(parts: TracebackPart[], lines: readonly string[], library: string | undefined): void {
  const last = parts.at(-1);
  if (library === undefined) {
    if (last?.kind === 'own') parts[parts.length - 1] = { kind: 'own', lines: [...last.lines, ...lines] };
    else parts.push({ kind: 'own', lines });
    return;
  }
  const before = last?.kind === 'library' ? last : { lines: [], frames: 0, packages: [] };
  const part: TracebackPart = {
    kind: 'library',
    lines: [...before.lines, ...lines],
    frames: before.frames + 1,
    packages: [...new Set([...before.packages, library])],
  };
  if (last?.kind === 'library') parts[parts.length - 1] = part;
  else parts.push(part);
}

/**
 * Tables of data frames: the HTML that pandas and polars give is told from other HTML, how large the whole frame is,
 * and which variable it is. It works on the text alone; drawing is the renderer's.
 */

export interface Dimensions {
  readonly rows: number;
  readonly columns: number;
}

/** Whether HTML is the table of a data frame. */
export function isTable(html: string): boolean {
  return /<table\b[^>]*\bclass="[^"]*\bdataframe\b/.test(html) && html.split('<table').length === 2;
}

/** Rows and columns of the frame whose table it is, also of one that is shown in part; undefined when that is not known. */
export function dimensionsOf(html: string): Dimensions | undefined {
  // pandas says so below a table in part; polars above each.
  const told =
    /<p>([\d_,]+) rows? × ([\d_,]+) columns?<\/p>/.exec(html) ?? /shape: \(([\d_,]+), ([\d_,]+)\)/.exec(html);
  if (told !== null) return { rows: toNumber(told[1]), columns: toNumber(told[2]) };
  const body = /<tbody>([\s\S]*)<\/tbody>/.exec(html)?.[1];
  if (body === undefined) return undefined;
  const rows = body.split(/<tr\b/).slice(1);
  // A frame without rows has no cells to count.
  const last = rows.at(-1);
  return last === undefined ? undefined : { rows: rows.length, columns: last.split(/<td\b/).length - 1 };
}

/** The variable whose value is the result of code: the name that is its last line; undefined where that is no name. */
export function shownVariable(code: string): string | undefined {
  const last = code.trimEnd().split('\n').at(-1) ?? '';
  return /^([A-Za-z_]\w*)\s*(?:#.*)?$/.exec(last)?.[1];
}

function toNumber(digits: string | undefined): number {
  return Number(digits?.replace(/[_,]/g, ''));
}

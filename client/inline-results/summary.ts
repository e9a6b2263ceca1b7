/** The words of an inline result. Knows no editor. */
import type { PanelCell } from '../panel/cells.ts';

const maxLength = 80;

export interface Summary {
  readonly kind: 'value' | 'error';
  readonly text: string;
}

/** `⇒ 42` or `✗ ZeroDivisionError: division by zero`, one line of at most 80 characters; undefined while there is none. */
export function summarize(cell: PanelCell): Summary | undefined {
  const error = cell.outputs.find((output) => output.kind === 'error');
  if (error !== undefined)
    return { kind: 'error', text: cut(`✗ ${error.name}${error.message === '' ? '' : `: ${error.message}`}`) };
  if (cell.state !== 'succeeded' || cell.summary === undefined) return undefined;
  return { kind: 'value', text: cut(`⇒ ${cell.summary}`) };
}

/** The whole value, or the traceback, for the hover. */
export function wholeText(cell: PanelCell): string {
  for (const output of cell.outputs.toReversed()) {
    if (output.kind === 'error')
      return output.stack === '' ? `${output.name}: ${output.message}` : output.stack;
    if (output.kind === 'rich' && output.role === 'result')
      return String(output.data['text/plain'] ?? cell.summary ?? '');
  }
  return cell.summary ?? '';
}

function cut(text: string): string {
  const line = text.replace(/\s*\n\s*/g, ' ');
  return line.length <= maxLength ? line : `${line.slice(0, maxLength - 1)}…`;
}

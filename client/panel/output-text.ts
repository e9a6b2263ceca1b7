/** What a cell has printed, and its result, as plain text of a few lines. Knows no VS Code. */
import type { PanelCell } from './cells.ts';

const maxLength = 2000;

/** The end of it, in at most `maxLines` lines. */
export function outputText(cell: PanelCell, maxLines: number): string {
  const text = cell.outputs
    .map((output) => {
      switch (output.kind) {
        case 'stream':
          return output.text.trimEnd();
        case 'rich':
          return String(output.data['text/plain'] ?? `(${Object.keys(output.data)[0] ?? ''})`);
        case 'error':
          return `${output.name}: ${output.message}`;
        case 'notice':
          return output.message;
        default:
          return '';
      }
    })
    .filter((part) => part !== '')
    .join('\n');
  const lines = text.slice(-maxLength).split('\n');
  return lines.length <= maxLines ? lines.join('\n') : ['…', ...lines.slice(-maxLines)].join('\n');
}

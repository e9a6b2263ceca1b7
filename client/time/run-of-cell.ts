/** Which run stands for a `# %%` cell of a file: the newest one in the session's past that began there. Pure. */
import type { PanelCell } from '../panel/cells.ts';

/** `markers` and `line` count from 0, as in the editor; `line` is that of the cell's marker. */
export function runOfCell(
  cells: readonly PanelCell[],
  file: string,
  markers: readonly number[],
  line: number,
): PanelCell | undefined {
  const end = markers.find((marker) => marker > line) ?? Number.POSITIVE_INFINITY;
  const isHere = (cell: PanelCell): boolean => {
    const first = (cell.line ?? 0) - 1;
    return cell.file === file && first >= line && first < end;
  };
  return cells.findLast((cell) => {
    const hasRun = cell.state === 'running' || cell.state === 'succeeded' || cell.state === 'failed';
    return cell.kind === 'code' && cell.undone === undefined && hasRun && isHere(cell);
  });
}

/**
 * Positions of the editor (lines from 0, `character`) and of the protocol (lines from 1, `column`). Both
 * count UTF-16 code units within a line, so nothing has to look at the text.
 */
import type { EditorPosition, EditorRange } from '../runtime/protocol/editor.ts';

/** A position as the operations `complete`, `info` and `locate` take and answer it. */
export interface ProtocolPosition {
  readonly line: number;
  readonly column: number;
}

export function toProtocolPosition({ line, character }: EditorPosition): ProtocolPosition {
  return { line: line + 1, column: character };
}

export function toEditorPosition({ line, column }: ProtocolPosition): EditorPosition {
  return { line: line - 1, character: column };
}

export function toEditorRange(range: { start: ProtocolPosition; end: ProtocolPosition }): EditorRange {
  return { start: toEditorPosition(range.start), end: toEditorPosition(range.end) };
}

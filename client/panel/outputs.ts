/** Turns what the model holds into what VS Code's notebooks show. Pure but for the focus that it is told. */
import * as vscode from 'vscode';
import type { OutsideEffect } from '../../runtime/protocol/states.ts';
import { describeEffect } from '../time/words.ts';
import type { PanelCell, PanelOutput } from './cells.ts';
import {
  type ErrorItem,
  errorMime,
  type InputItem,
  inputMime,
  type NoticeItem,
  noticeMime,
  type OmittedItem,
  omittedMime,
  type TracebackItem,
  type UndoneItem,
  undoneMime,
} from './mime.ts';
import { outputText } from './output-text.ts';
import { richItems } from './rich-items.ts';
import { splitTraceback, type TracebackPart } from './traceback.ts';

const undoneLines = 40;

export interface OutputContext {
  /** Name of the session. */
  readonly session: string;
  /** True when the panel has the keyboard's focus. */
  readonly hasFocus: boolean;
}

/** How outputs are written for one kind of notebook. */
export interface OutputForm {
  /** The items of one output: the same content in one or several MIME types. None: it is not shown. */
  toItems(output: PanelOutput, cell: PanelCell, context: OutputContext): vscode.NotebookCellOutputItem[];
  toMetadata(output: PanelOutput, cell: PanelCell): Record<string, unknown>;
  /** What is shown instead of all outputs of the cell; undefined: its outputs. */
  standIn?(cell: PanelCell, context: OutputContext): vscode.NotebookCellOutput | undefined;
}

/** Metadata by which a cell of the document is found again. */
export interface CellMetadata {
  readonly hindsight?: { readonly key: string; readonly file?: string; readonly line?: number };
}

/** The cell as data, for a document that is being made or changed. */
export function toCellData(cell: PanelCell, context: OutputContext): vscode.NotebookCellData {
  if (cell.kind !== 'code') return dividerData(cell);
  const data = new vscode.NotebookCellData(vscode.NotebookCellKind.Code, cell.code.trimEnd(), 'python');
  data.metadata = { ...toMetadata(cell) };
  const standIn = undoneOutput(cell, context);
  data.outputs =
    standIn === undefined ? cell.outputs.map((output) => toOutput(output, cell, context)) : [standIn];
  const success = cell.state === 'succeeded' ? true : cell.state === 'failed' ? false : undefined;
  const { startedMs: startTime, endedMs: endTime } = cell;
  data.executionSummary = {
    ...(cell.executionCount === undefined ? {} : { executionOrder: cell.executionCount }),
    ...(success === undefined ? {} : { success }),
    ...(startTime === undefined || endTime === undefined ? {} : { timing: { startTime, endTime } }),
  };
  return data;
}

/** The empty cell at the end, where a person types. */
export function inputCellData(text = ''): vscode.NotebookCellData {
  return new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, 'python');
}

/** What stays done outside of a session, each in one line; first a line that says so, where there is any. */
export function effectLines(effects: readonly OutsideEffect[]): readonly string[] {
  if (effects.length === 0) return [];
  return [
    vscode.l10n.t('Not undone, because it is outside of the session:'),
    ...effects.map((effect) => `• ${describeEffect(effect)}`),
  ];
}

export function toMetadata({ key, file, line }: PanelCell): CellMetadata {
  const place = { ...(file === undefined ? {} : { file }), ...(line === undefined ? {} : { line }) };
  return { hindsight: { key, ...place } };
}

/** The key of the model's cell that a cell of the document shows; undefined for one that was typed. */
export function keyOf(cell: vscode.NotebookCell): string | undefined {
  return metadataOf(cell).hindsight?.key;
}

export function metadataOf(cell: vscode.NotebookCell): CellMetadata {
  return cell.metadata as CellMetadata; // Written by `toMetadata` alone.
}

/** That of the panel. */
export const panelForm: OutputForm = {
  toItems,
  // Scrolling, VS Code shows all lines in a box of its own instead of the first thirty.
  toMetadata: (output) => (output.kind === 'stream' ? { scrollable: true } : {}),
  standIn: undoneOutput,
};

// VS Code folds outputs only of the cell that is selected; what was undone folds itself.
function undoneOutput(cell: PanelCell, { session }: OutputContext): vscode.NotebookCellOutput | undefined {
  if (cell.undone !== 'rewound') return undefined;
  const item: UndoneItem = {
    session,
    key: cell.key,
    label: vscode.l10n.t('undone'),
    redo: vscode.l10n.t('Redo'),
    outputs: { label: vscode.l10n.t('its output'), text: outputText(cell, undoneLines) },
  };
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.json(item, undoneMime)]);
}

export function toOutput(
  output: PanelOutput,
  cell: PanelCell,
  context: OutputContext,
  form: OutputForm = panelForm,
): vscode.NotebookCellOutput {
  return new vscode.NotebookCellOutput(form.toItems(output, cell, context), form.toMetadata(output, cell));
}

function toItems(
  output: PanelOutput,
  cell: PanelCell,
  context: OutputContext,
): vscode.NotebookCellOutputItem[] {
  const { json } = vscode.NotebookCellOutputItem;
  switch (output.kind) {
    case 'stream':
      return [streamItem(output.stream, output.text)];
    case 'rich':
      return richItems(output, cell, context);
    case 'error':
      return errorItems(output, cell, context);
    case 'input':
      return [json(inputItem(output, context), inputMime)];
    case 'omitted':
      return [json(omittedItem(output, cell, context), omittedMime)];
    case 'notice':
      return [json({ level: output.level, message: output.message } satisfies NoticeItem, noticeMime)];
  }
}

export function streamItem(stream: 'stdout' | 'stderr', text: string): vscode.NotebookCellOutputItem {
  return stream === 'stdout'
    ? vscode.NotebookCellOutputItem.stdout(text)
    : vscode.NotebookCellOutputItem.stderr(text);
}

// Ours first: it has links. VS Code's own is what other tools and a screen reader's command look for.
function errorItems(
  { name, message, stack, code }: PanelOutput & { kind: 'error' },
  cell: PanelCell,
  { session }: OutputContext,
): vscode.NotebookCellOutputItem[] {
  const ran = code === 'eval-failed' || code === 'eval-interrupted';
  const canUndo = ran && cell.undone === undefined;
  const back =
    code === 'eval-failed'
      ? { session, key: cell.key, label: vscode.l10n.t('Go back into this error') }
      : undefined;
  const undo = canUndo ? { session, key: cell.key, label: vscode.l10n.t('Undo this run') } : undefined;
  const lines = stack === '' ? [`${name}: ${message}`] : stack.trimEnd().split('\n');
  const headlineAt = lines.findLastIndex((line) => line.startsWith(name));
  const headline = lines.splice(headlineAt === -1 ? lines.length - 1 : headlineAt).join('\n');
  const item: ErrorItem = {
    headline,
    parts: splitTraceback(lines).map(tracebackItem),
    stack,
    labels: { copy: vscode.l10n.t('Copy'), copied: vscode.l10n.t('Copied') },
    ...(back === undefined ? {} : { back }),
    ...(undo === undefined ? {} : { undo }),
  };
  return [
    vscode.NotebookCellOutputItem.json(item, errorMime),
    vscode.NotebookCellOutputItem.error({ name, message, stack: stack || `${name}: ${message}` }),
  ];
}

function tracebackItem(part: TracebackPart): TracebackItem {
  if (part.kind === 'own') return { lines: part.lines };
  const { frames, lines } = part;
  const packages = part.packages.join(', ');
  const summary =
    frames === 1
      ? vscode.l10n.t('… 1 frame in {0}', packages)
      : vscode.l10n.t('… {0} frames in {1}', frames, packages);
  return { lines, summary };
}

function inputItem(output: PanelOutput & { kind: 'input' }, { session, hasFocus }: OutputContext): InputItem {
  const { inputId, prompt, password, outcome, answer } = output;
  return {
    session,
    inputId,
    prompt,
    password,
    focus: hasFocus && outcome === undefined,
    labels: {
      send: vscode.l10n.t('Enter sends, Escape interrupts'),
      cancel: vscode.l10n.t('Interrupt'),
      interrupted: vscode.l10n.t('(interrupted)'),
    },
    ...(outcome === undefined ? {} : { outcome }),
    ...(answer === undefined ? {} : { answer }),
  };
}

function omittedItem(
  output: PanelOutput & { kind: 'omitted' },
  cell: PanelCell,
  { session }: OutputContext,
): OmittedItem {
  const text = vscode.l10n.t('{0} lines are not shown here.', output.lines.toLocaleString());
  const action = vscode.l10n.t('Show all {0} lines in an editor', output.totalLines.toLocaleString());
  return { session, key: cell.key, text, action };
}

function dividerData(cell: PanelCell): vscode.NotebookCellData {
  const time = new Date(cell.startedMs ?? 0).toLocaleTimeString();
  const texts = {
    restarted: vscode.l10n.t('Restarted at {0}: variables are gone.', time),
    back: vscode.l10n.t('Back before run {0}', cell.code),
    forth: vscode.l10n.t('Back in the state after run {0}', cell.code),
    returned: vscode.l10n.t('Back in an earlier state'),
    forked: vscode.l10n.t(
      'Goes on from an earlier state: its variables are here, its runs are in the Timeline.',
    ),
    'rolled-back': [vscode.l10n.t('Rolled back: {0}', cell.code), ...effectLines(cell.effects ?? [])].join(
      '\n\n',
    ),
    ended: vscode.l10n.t('Ended at {0}: {1}. Variables are gone, the next run starts anew.', time, cell.code),
    gap: vscode.l10n.t('Older output is not kept any more.'),
    notice: cell.code,
    code: cell.code,
  };
  const data = new vscode.NotebookCellData(
    vscode.NotebookCellKind.Markup,
    `---\n\n<small>${escapeMarkup(texts[cell.kind])}</small>`,
    'markdown',
  );
  data.metadata = { ...toMetadata(cell) };
  return data;
}

// The reason of a rollback quotes what a program said.
function escapeMarkup(text: string): string {
  return text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}

/**
 * A traceback, inside the panel: the person's frames are links to their lines, runs of frames inside libraries are
 * folded, a button copies it whole. VS Code's own renderer knows links only in the tracebacks of IPython.
 */
import type { ErrorItem, RendererMessage, TracebackItem } from '../mime.ts';
import { linkButton } from './link-button.ts';

type Post = (message: RendererMessage) => void;

const frame = /File "([^"<>]+)", line (\d+)/;

export function renderError(item: ErrorItem, post: Post): HTMLElement {
  const box = document.createElement('div');
  box.className = 'hindsight-error';
  const trace = document.createElement('div');
  trace.style.cssText =
    'white-space: pre-wrap; overflow-wrap: anywhere; font-family: var(--vscode-editor-font-family, monospace);' +
    'font-size: var(--notebook-cell-output-font-size, inherit);';
  for (const part of item.parts) trace.append(renderPart(part, post));
  trace.append(renderHeadline(item.headline));
  const actions = document.createElement('div');
  actions.style.cssText = 'display: flex; gap: 1.2em; margin-top: 4px;';
  if (item.back !== undefined) actions.append(renderBack(item.back, post));
  if (item.undo !== undefined) actions.append(renderUndo(item.undo, post));
  actions.append(renderCopy(item));
  box.append(trace, actions);
  return box;
}

function renderPart(part: TracebackItem, post: Post): HTMLElement {
  const lines = document.createElement('div');
  for (const line of part.lines) lines.append(...renderLine(line, post), '\n');
  if (part.summary === undefined) return lines;
  // The browser's own fold works by keyboard, and a screen reader says whether it is open.
  const fold = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = part.summary;
  summary.style.cssText = 'cursor: pointer; color: var(--vscode-descriptionForeground);';
  // Enter and Space are the fold's here, not the notebook's around it.
  summary.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
  });
  lines.style.opacity = '0.85';
  fold.append(summary, lines);
  return fold;
}

function renderLine(line: string, post: Post): ReadonlyArray<Node | string> {
  const match = frame.exec(line);
  const [text, file, number] = match ?? [];
  // A path that is not whole names a place where a library was built, not a file of this machine.
  if (match === null || text === undefined || file === undefined || !isAbsolute(file)) return [line];
  const link = document.createElement('a');
  link.href = '#';
  link.textContent = text;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    post({ kind: 'open', file, line: Number(number) });
  });
  return [line.slice(0, match.index), link, line.slice(match.index + text.length)];
}

function isAbsolute(file: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(file);
}

function renderHeadline(text: string): HTMLElement {
  const headline = document.createElement('div');
  headline.style.color = 'var(--vscode-errorForeground)';
  // What failed is announced; the frames above it are there to be read.
  headline.setAttribute('role', 'alert');
  headline.textContent = text;
  return headline;
}

function renderBack({ session, key, label }: NonNullable<ErrorItem['back']>, post: Post): HTMLElement {
  const back = linkButton(label);
  back.style.fontWeight = '600';
  back.addEventListener('click', () => post({ kind: 'go-back-into', session, key }));
  return back;
}

function renderUndo({ session, key, label }: NonNullable<ErrorItem['undo']>, post: Post): HTMLElement {
  const undo = linkButton(label);
  undo.addEventListener('click', () => post({ kind: 'undo-run', session, key }));
  return undo;
}

function renderCopy({ stack, headline, labels }: ErrorItem): HTMLElement {
  const copy = linkButton(labels.copy);
  copy.setAttribute('aria-live', 'polite');
  copy.addEventListener('click', () => {
    void navigator.clipboard.writeText(stack === '' ? headline : stack).then(() => {
      copy.textContent = labels.copied;
    });
  });
  copy.addEventListener('blur', () => {
    copy.textContent = labels.copy;
  });
  return copy;
}

/** What stands below a cell that was undone, inside the panel: that it was, what it had printed, and the way back. */
import type { RendererMessage, UndoneItem } from '../mime.ts';

export function renderUndone(item: UndoneItem, post: (message: RendererMessage) => void): HTMLElement {
  const { session, key, label, redo, outputs } = item;
  const box = document.createElement('div');
  box.className = 'hindsight-undone';
  box.style.cssText = 'color: var(--vscode-descriptionForeground); padding: 2px 0;';
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = redo;
  button.style.cssText =
    'padding: 0; border: 0; background: none; cursor: pointer; font: inherit; color: var(--vscode-textLink-foreground);';
  button.addEventListener('click', () => post({ kind: 'redo-run', session, key }));
  const line = document.createElement('div');
  line.append(`↶ ${label} — `, button);
  box.append(line);
  if (outputs.text !== '') box.append(renderOutputs(outputs));
  return box;
}

function renderOutputs({ label, text }: UndoneItem['outputs']): HTMLElement {
  const fold = document.createElement('details');
  const summary = document.createElement('summary');
  summary.textContent = label;
  summary.style.cursor = 'pointer';
  // Enter and Space are the fold's here, not the notebook's around it.
  summary.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
  });
  const pre = document.createElement('pre');
  pre.textContent = text;
  pre.style.cssText = 'margin: 4px 0; opacity: 0.85; white-space: pre-wrap; overflow-wrap: anywhere;';
  fold.append(summary, pre);
  return fold;
}

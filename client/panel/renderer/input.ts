/**
 * A prompt of the program, inside the panel: a field with the prompt as its label. Enter sends, Escape
 * interrupts, Ctrl+D ends the input; afterwards the prompt and the answer stand there as text.
 */
import type { InputItem, RendererMessage } from '../mime.ts';

export function renderInput(item: InputItem, post: (message: RendererMessage) => void): HTMLElement {
  return item.outcome === undefined ? renderField(item, post) : renderAnswer(item);
}

function renderAnswer({ prompt, password, outcome, answer, labels }: InputItem): HTMLElement {
  const line = document.createElement('div');
  line.className = 'hindsight-answer';
  line.style.cssText = 'font-family: var(--vscode-editor-font-family, monospace); white-space: pre-wrap;';
  const texts = {
    answered: password ? '••••' : (answer ?? ''),
    'end-of-file': '^D',
    interrupted: labels.interrupted,
  };
  line.append(prompt);
  if (outcome !== undefined)
    line.append(Object.assign(document.createElement('strong'), { textContent: texts[outcome] }));
  return line;
}

function renderField(item: InputItem, post: (message: RendererMessage) => void): HTMLElement {
  const { session, inputId, prompt, password, focus, labels } = item;
  const field = document.createElement('input');
  field.type = password ? 'password' : 'text';
  field.autocomplete = 'off';
  field.spellcheck = false;
  field.title = labels.send;
  field.style.cssText =
    'flex: 1; min-width: 12em; font: inherit; padding: 2px 6px; color: var(--vscode-input-foreground);' +
    'background: var(--vscode-input-background); border: 1px solid var(--vscode-focusBorder); outline-offset: -1px;';
  const cancel = document.createElement('button');
  cancel.textContent = labels.cancel;
  cancel.style.cssText =
    'font: inherit; padding: 2px 10px; cursor: pointer; color: var(--vscode-button-secondaryForeground);' +
    // High-contrast themes give buttons no ground of their own.
    'border: 1px solid var(--vscode-contrastBorder, transparent);' +
    'background: var(--vscode-button-secondaryBackground);';
  const label = document.createElement('label');
  label.style.cssText = 'display: flex; flex: 1; gap: 0.5em; align-items: center; white-space: pre-wrap;';
  label.append(prompt, field);
  const form = document.createElement('form');
  form.className = 'hindsight-input';
  form.style.cssText =
    'display: flex; gap: 0.5em; align-items: center; padding: 4px 0; font-family: var(--vscode-editor-font-family, monospace);';
  form.append(label, cancel);

  const finish = (message: RendererMessage): void => {
    // Once only: the field stays until the runtime has confirmed it.
    field.disabled = true;
    cancel.disabled = true;
    post(message);
  };
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    finish({ kind: 'answer', session, inputId, data: field.value });
  });
  cancel.type = 'button';
  cancel.addEventListener('click', () => finish({ kind: 'interrupt', session }));
  field.addEventListener('keydown', (event) => {
    // The keys of this field are not those of the notebook around it.
    event.stopPropagation();
    if (event.key === 'Escape') finish({ kind: 'interrupt', session });
    if (event.key === 'd' && event.ctrlKey && field.value === '')
      finish({ kind: 'end-of-file', session, inputId });
  });
  if (focus) requestAnimationFrame(() => field.focus());
  return form;
}

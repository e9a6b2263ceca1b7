/**
 * The notebook renderer of the panel's own outputs: prompts of the program, "show all lines", notices. It runs
 * in VS Code's sandboxed output frame and talks to the extension by messages.
 */
import {
  type ErrorItem,
  errorMime,
  type InputItem,
  inputMime,
  type NoticeItem,
  type OmittedItem,
  omittedMime,
  type RendererMessage,
  type TableItem,
  tableMime,
  type UndoneItem,
  undoneMime,
} from '../mime.ts';
import { renderError } from './error.ts';
import { renderInput } from './input.ts';
import { renderTable } from './table.ts';
import { renderUndone } from './undone.ts';

// What VS Code gives to a renderer (`vscode-notebook-renderer`), as far as it is used here.
interface RendererContext {
  readonly postMessage?: (message: RendererMessage) => void;
}

interface OutputItem {
  readonly id: string;
  readonly mime: string;
  json(): unknown;
}

export function activate(context: RendererContext): object {
  const post = (message: RendererMessage): void => context.postMessage?.(message);
  return {
    renderOutputItem(item: OutputItem, element: HTMLElement): void {
      element.replaceChildren(render(item, post));
    },
  };
}

// The items come from our own extension, which writes them by the shapes of `mime.ts`.
function render(item: OutputItem, post: (message: RendererMessage) => void): HTMLElement {
  if (item.mime === inputMime) return renderInput(item.json() as InputItem, post);
  if (item.mime === errorMime) return renderError(item.json() as ErrorItem, post);
  if (item.mime === tableMime) return renderTable(item.json() as TableItem, post);
  if (item.mime === undoneMime) return renderUndone(item.json() as UndoneItem, post);
  if (item.mime === omittedMime) return renderOmitted(item.json() as OmittedItem, post);
  return renderNotice(item.json() as NoticeItem);
}

function renderOmitted(
  { text, action, session, key }: OmittedItem,
  post: (message: RendererMessage) => void,
): HTMLElement {
  const line = document.createElement('div');
  line.style.cssText =
    'opacity: 0.9; padding: 2px 0; border-block: 1px dashed var(--vscode-panel-border, #8888);';
  const link = document.createElement('a');
  link.href = '#';
  link.textContent = action;
  link.addEventListener('click', (event) => {
    event.preventDefault();
    post({ kind: 'show-all', session, key });
  });
  line.append(`⋯ ${text} `, link);
  return line;
}

function renderNotice({ level, message }: NoticeItem): HTMLElement {
  const line = document.createElement('div');
  const colours = {
    info: '--vscode-descriptionForeground',
    warning: '--vscode-editorWarning-foreground',
    error: '--vscode-errorForeground',
  };
  line.style.color = `var(${colours[level]})`;
  line.setAttribute('role', level === 'error' ? 'alert' : 'status');
  line.textContent = message;
  return line;
}

/** What stands below the list: the code, outputs and changes of the selected state. */
import {
  type DetailSection,
  type TimelineAction,
  type TimelineDetails,
  type TimelineWords,
  timelineActions,
} from '../messages.ts';
import { actionBar } from './actions.ts';

export interface DetailsContext {
  readonly words: TimelineWords['actions'];
  readonly act: (action: TimelineAction) => void;
  readonly close: () => void;
}

export function renderDetails(
  details: TimelineDetails,
  { words, act, close }: DetailsContext,
): readonly HTMLElement[] {
  const head = element('div', 'head');
  head.append(element('h2', '', details.title), element('span', 'facts', details.facts));
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'close';
  button.textContent = '×';
  button.setAttribute('aria-label', 'Escape');
  button.addEventListener('click', close);
  head.append(button);
  return [
    head,
    actionBar(timelineActions, words, act, 0),
    ...(details.code === '' ? [] : [element('pre', 'code', details.code)]),
    ...(details.outputs === '' ? [] : [element('pre', 'outputs', details.outputs)]),
    ...details.sections.map(renderSection),
  ];
}

function renderSection({ title, lines }: DetailSection): HTMLElement {
  const section = element('section', '');
  const list = element('ul', '');
  for (const { mark, name, text } of lines) {
    const item = element('li', markClasses[mark]);
    item.append(element('span', 'sign', mark === '-' ? '−' : mark));
    if (name !== '') item.append(element('code', '', name));
    item.append(element('span', 'what', text));
    list.append(item);
  }
  section.append(element('h3', '', title), list);
  return section;
}

const markClasses = { '+': 'added', '-': 'removed', '~': 'changed', '!': 'warning' } as const;

function element(tag: string, className: string, text = ''): HTMLElement {
  const made = document.createElement(tag);
  if (className !== '') made.className = className;
  if (text !== '') made.textContent = text;
  return made;
}

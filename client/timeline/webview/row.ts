/** One row of the Timeline: the graph, two lines of text, and the buttons that come with the mouse or the focus. */
import { rowActions, type TimelineAction, type TimelineRow, type TimelineWords } from '../messages.ts';
import { actionBar } from './actions.ts';
import { drawGraph } from './graph.ts';
import { icon } from './icons.ts';

export interface RowContext {
  readonly words: TimelineWords;
  readonly lanes: number;
  readonly brief: string | undefined;
  /** Counted from 1, and of how many: for a screen reader. */
  readonly position: number;
  readonly total: number;
  readonly act: (action: TimelineAction) => void;
}

export function renderRow(row: TimelineRow, context: RowContext): HTMLElement {
  const { words, position, total, act } = context;
  const ago = agoText(row.createdMs, Date.now(), words);
  const option = document.createElement('div');
  option.id = `state-${row.id}`;
  option.className = row.isPast ? `row ${row.tier}` : `row off ${row.tier}`;
  option.dataset['id'] = row.id;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-posinset', String(position));
  option.setAttribute('aria-setsize', String(total));
  option.dataset['marked'] = words.marked;
  option.dataset['spoken'] = row.spoken;
  option.dataset['brief'] = context.brief ?? '';
  // Reached by their keys, not by Tab: the list is one stop.
  const actions = actionBar(rowActions, words.actions, act, -1);
  option.append(drawGraph(row, context.lanes), text(row, ago, context), actions);
  return option;
}

/** Shows whether a row is selected, and whether it is marked to be compared with another. */
export function markRow(option: HTMLElement, isSelected: boolean, isMarked: boolean): void {
  const { spoken = '', brief = '', marked = '' } = option.dataset;
  // As it stands there now: it grows while the row stays.
  const ago = option.querySelector('.ago')?.textContent ?? '';
  option.classList.toggle('selected', isSelected);
  option.classList.toggle('marked', isMarked);
  option.setAttribute('aria-selected', String(isSelected));
  const words = [spoken, ago, brief, isMarked ? marked : ''];
  option.setAttribute('aria-label', words.filter(Boolean).join(', '));
}

/** `5 s ago`; a date for what is older than a day. */
export function agoText(thenMs: number, nowMs: number, words: TimelineWords): string {
  const seconds = Math.round((nowMs - thenMs) / 1000);
  if (seconds < 2) return words.now;
  if (seconds < 60) return words.seconds.replace('{0}', String(seconds));
  if (seconds < 3600) return words.minutes.replace('{0}', String(Math.round(seconds / 60)));
  if (seconds < 86_400) return words.hours.replace('{0}', String(Math.round(seconds / 3600)));
  return new Date(thenMs).toLocaleDateString();
}

function text(row: TimelineRow, ago: string, { brief, words }: RowContext): HTMLElement {
  const box = div('text');
  const first = div('first');
  if (row.label !== undefined) {
    const flag = span('flag', row.label);
    flag.prepend(icon('flag'));
    first.append(flag);
  }
  if (row.count !== undefined) first.append(span('count', `[${row.count}]`));
  first.append(span(row.status === 'completed' ? 'code' : 'code failed', row.code));
  const second = div('second');
  const agoSpan = span('ago', ago);
  agoSpan.dataset['created'] = String(row.createdMs);
  second.append(agoSpan);
  if (brief !== undefined && brief !== '') second.append(span('brief', brief));
  if (row.memory !== undefined) second.append(span('memory', row.memory));
  if (row.tier === 'durable') {
    const disk = span('disk', '');
    disk.title = words.onDisk;
    disk.append(icon('disk'));
    second.append(disk);
  }
  if (row.warnings > 0) second.append(icon('warning'));
  for (const name of row.others) second.append(span('other', name));
  box.append(first, second);
  return box;
}

function div(className: string): HTMLElement {
  const made = document.createElement('div');
  made.className = className;
  return made;
}

function span(className: string, content: string): HTMLElement {
  const made = document.createElement('span');
  made.className = className;
  made.textContent = content;
  return made;
}

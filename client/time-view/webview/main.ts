/** The page of the Time view: the strip, the line below it that says where one is, and the talk with the extension. */
import type { FromTimeView, PositionMessage, RunMessage, ToTimeView } from '../messages.ts';
import { Strip } from './strip-element.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromTimeView): void };

const editor = acquireVsCodeApi();
const empty = document.createElement('p');
const where = document.createElement('div');
const live = document.createElement('span');
const strip = new Strip({
  onLook: (span, columns) =>
    editor.postMessage({ kind: 'look', columns, ...(span === undefined ? {} : { span }) }),
  onGoto: (destination) => editor.postMessage({ kind: 'goto', ...destination }),
  onMove: (move) => editor.postMessage({ kind: 'move', move }),
});
let shown: string | undefined;

empty.className = 'empty';
where.className = 'where';
where.setAttribute('role', 'status');
live.className = 'live';
document.body.append(empty, strip.element, where);

window.addEventListener('message', (event: MessageEvent<ToTimeView>) => {
  const message = event.data;
  if (message.kind === 'run') showRun(message);
  else if (message.kind === 'running') say(message.text);
  else if (message.trace !== shown) return;
  else if (message.kind === 'picture') strip.showPicture(message.timeline, message.end);
  else showPosition(message);
});
editor.postMessage({ kind: 'ready' });

function showRun({ trace, words }: RunMessage): void {
  live.textContent = words.live;
  empty.textContent = words.empty;
  empty.hidden = trace !== undefined;
  strip.element.hidden = trace === undefined;
  where.hidden = trace === undefined;
  if (trace !== shown) say('');
  strip.showRun(trace !== shown, words);
  shown = trace;
}

function showPosition(position: PositionMessage): void {
  say(position.text);
  if (position.live) where.append(' ', live);
  strip.showPosition(position.time, position.live, position.text);
}

function say(text: string): void {
  where.replaceChildren(text);
}

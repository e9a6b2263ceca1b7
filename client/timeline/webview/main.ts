/** The Timeline's page: puts the list and the details together and talks to the extension. */
import type {
  FromTimeline,
  TimelineAction,
  TimelineDetails,
  TimelineTree,
  TimelineWords,
  ToTimeline,
} from '../messages.ts';
import { renderDetails } from './details.ts';
import { StateList } from './list.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromTimeline): void };

const editor = acquireVsCodeApi();
const empty = document.createElement('p');
const details = document.createElement('div');
const live = document.createElement('div');
const list = new StateList({
  onSelect: (id) => editor.postMessage({ kind: 'select', id }),
  onVisible: (ids) => editor.postMessage({ kind: 'visible', ids }),
  onAct: act,
});
let shownState = '';
let present = '';
let words: TimelineWords | undefined;

empty.className = 'empty';
details.className = 'details';
details.tabIndex = 0;
details.hidden = true;
details.setAttribute('role', 'region');
live.className = 'spoken';
live.setAttribute('role', 'status');
document.body.append(empty, list.element, details, live);

window.addEventListener('message', (event: MessageEvent<ToTimeline>) => {
  const message = event.data;
  if (message.kind === 'tree') showTree(message);
  else if (message.kind === 'briefs') list.addBriefs(message.briefs);
  else showDetails(message);
});
window.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && !details.hidden) hideDetails();
});
editor.postMessage({ kind: 'ready' });

function showTree(tree: TimelineTree): void {
  words = tree.words;
  const isEmpty = tree.rows.length === 0;
  empty.textContent = tree.words.empty;
  empty.hidden = !isEmpty;
  list.element.hidden = isEmpty;
  details.setAttribute('aria-label', tree.words.details);
  list.show(tree);
  if (shownState !== '' && tree.rows.every(({ id }) => id !== shownState)) hideDetails();
  // The first one is not news.
  if (present !== '' && tree.present !== present) live.textContent = tree.present;
  present = tree.present;
}

function showDetails(message: TimelineDetails): void {
  if (words === undefined) return;
  const { id } = message;
  shownState = id;
  const context = {
    words: words.actions,
    act: (action: TimelineAction) => act(action, id),
    close: hideDetails,
  };
  details.replaceChildren(...renderDetails(message, context));
  details.hidden = false;
  details.scrollTop = 0;
}

function act(action: TimelineAction, id: string, other?: string): void {
  editor.postMessage({ kind: 'act', action, id, ...(other === undefined ? {} : { other }) });
}

function hideDetails(): void {
  shownState = '';
  details.hidden = true;
  list.deselect();
}

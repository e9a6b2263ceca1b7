/** Buttons for what can be done with a state. */
import type { TimelineAction, TimelineWords } from '../messages.ts';
import { icon } from './icons.ts';

/** `tabIndex`: -1 where keys of the list do the same. */
export function actionBar(
  actions: readonly TimelineAction[],
  words: TimelineWords['actions'],
  act: (action: TimelineAction) => void,
  tabIndex: 0 | -1,
): HTMLElement {
  const bar = document.createElement('div');
  bar.className = 'actions';
  for (const action of actions) {
    const button = document.createElement('button');
    button.type = 'button';
    button.tabIndex = tabIndex;
    button.title = words[action];
    button.setAttribute('aria-label', words[action]);
    button.append(icon(action));
    button.addEventListener('click', (event) => {
      event.stopPropagation();
      act(action);
    });
    bar.append(button);
  }
  return bar;
}

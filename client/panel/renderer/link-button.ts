/** A button that looks like a link, below an output. What it does is the caller's. */

export function linkButton(label: string): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = label;
  button.style.cssText =
    'padding: 0; border: 0; background: none; cursor: pointer; font: inherit; font-size: 0.9em;' +
    'color: var(--vscode-textLink-foreground);';
  return button;
}

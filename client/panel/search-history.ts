/** "Search History…": a list of all that was run, newest first; what is picked goes into the panel's input. */
import * as vscode from 'vscode';

interface Item extends vscode.QuickPickItem {
  readonly code: string;
}

const detailLines = 3;

/** What the person picked of `entries` (oldest first); undefined when nothing. */
export async function pickFromHistory(entries: readonly string[]): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(entries.map(toItem).reverse(), {
    title: vscode.l10n.t('Search History'),
    placeHolder:
      entries.length === 0
        ? vscode.l10n.t('Nothing was run yet')
        : vscode.l10n.t('Type some of the code; Enter puts it into the panel’s input'),
    matchOnDetail: true,
  });
  return picked?.code;
}

function toItem(code: string): Item {
  const [first = '', ...rest] = code.trim().split('\n');
  const label = escapeIcons(first);
  if (rest.length === 0) return { label, code };
  const more = rest.length > detailLines ? ' …' : '';
  const shown = rest.slice(0, detailLines).map((line) => line.trim());
  return { label, detail: escapeIcons(shown.join(' ↵ ')) + more, code };
}

// VS Code draws `$(name)` in labels as an icon; in code it is text.
function escapeIcons(text: string): string {
  return text.replaceAll('$(', '\\$(');
}

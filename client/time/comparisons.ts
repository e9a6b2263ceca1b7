/** Shows how two states differ, in an editor. The page is made by `comparison.ts`, the difference by the runtime. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { Returns } from '../../runtime/protocol/messages.ts';
import type { Session } from '../sessions/session.ts';
import { renderComparison } from './comparison.ts';
import { comparisonStyle } from './comparison-style.ts';

/** Two states with the words for them. */
export interface Compared {
  readonly from: string;
  /** Absent: the present. */
  readonly to?: string;
  readonly fromName: string;
  readonly toName: string;
}

export class Comparisons implements vscode.Disposable {
  #panel: vscode.WebviewPanel | undefined;
  #shown: Compared | undefined;

  /** Opens the comparison beside, or in the editor where the last one is. Errors: those of `diff`. */
  async show({ connected }: Session, compared: Compared): Promise<Returns<'diff'> | undefined> {
    if (connected === undefined) return undefined;
    const { from, to, fromName, toName } = compared;
    const title = vscode.l10n.t('{0} ↔ {1}', fromName, toName);
    const difference = await connected.client.request('diff', {
      session: connected.id,
      from,
      ...(to === undefined ? {} : { to }),
    });
    const panel = this.#open();
    this.#shown = compared;
    panel.title = title;
    panel.webview.html = page(
      renderComparison(difference, {
        title,
        before: fromName,
        after: toName,
        added: vscode.l10n.t('Added'),
        removed: vscode.l10n.t('Removed'),
        changed: vscode.l10n.t('Changed'),
        none: vscode.l10n.t('No variable differs.'),
        truncated: vscode.l10n.t(
          'This took too long or was too much: what stands here is right, more may differ.',
        ),
        row: vscode.l10n.t('Row'),
        column: vscode.l10n.t('Column'),
      }),
      title,
    );
    panel.reveal(undefined, true);
    return difference;
  }

  /** Closes the editor if it shows this comparison still. */
  close(compared: Compared): void {
    if (this.#shown === compared) this.#panel?.dispose();
  }

  dispose(): void {
    this.#panel?.dispose();
  }

  #open(): vscode.WebviewPanel {
    if (this.#panel !== undefined) return this.#panel;
    const column = { viewColumn: vscode.ViewColumn.Active, preserveFocus: true };
    const panel = vscode.window.createWebviewPanel('hindsight.comparison', '', column, {
      enableScripts: false,
      localResourceRoots: [],
      enableFindWidget: true,
    });
    panel.onDidDispose(() => {
      if (this.#panel === panel) this.#panel = undefined;
    });
    this.#panel = panel;
    return panel;
  }
}

function page(body: string, title: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const policy = `default-src 'none'; style-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<title>${title.replace(/[<&]/g, '')}</title><style nonce="${nonce}">${comparisonStyle}</style></head>
<body>${body}</body></html>`;
}

/** The HTML of a webview of ours: one script and one style sheet of the package, and nothing else may load. */
import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/** `name` is that of `name.js` and `name.css` in `dist`. */
export function pageOf(webview: vscode.Webview, dist: vscode.Uri, name: string): string {
  const nonce = randomBytes(16).toString('base64url');
  const source = (file: string): vscode.Uri => webview.asWebviewUri(vscode.Uri.joinPath(dist, file));
  const policy = `default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<link rel="stylesheet" href="${source(`${name}.css`)}"></head>
<body><script nonce="${nonce}" src="${source(`${name}.js`)}"></script></body></html>`;
}

/**
 * The file system `hindsight:`, whose files are the panels: reading one gives what the session's log says
 * now, writing one keeps nothing. Being written to is what lets VS Code close a panel without asking.
 */
import * as vscode from 'vscode';
import type { Panels } from './panels.ts';
import { encodePanel } from './serializer.ts';

export class PanelFileSystem implements vscode.FileSystemProvider {
  readonly #panels: Panels;
  readonly #didChange = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
  readonly #writtenMs = new Map<string, number>();
  readonly onDidChangeFile = this.#didChange.event;

  constructor(panels: Panels) {
    this.#panels = panels;
  }

  watch(): vscode.Disposable {
    return new vscode.Disposable(() => {});
  }

  // The size is not the real one: only that it and the time stay the same between writes matters.
  stat(uri: vscode.Uri): vscode.FileStat {
    return { type: vscode.FileType.File, ctime: 0, mtime: this.#writtenMs.get(uri.toString()) ?? 1, size: 1 };
  }

  async readFile(uri: vscode.Uri): Promise<Uint8Array> {
    return encodePanel(await this.#panels.read(uri));
  }

  writeFile(uri: vscode.Uri): void {
    this.#writtenMs.set(uri.toString(), Date.now());
  }

  readDirectory(): [string, vscode.FileType][] {
    return [];
  }

  createDirectory(): void {
    throw vscode.FileSystemError.NoPermissions(vscode.l10n.t('Panels have no folders'));
  }

  delete(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }

  rename(uri: vscode.Uri): void {
    throw vscode.FileSystemError.NoPermissions(uri);
  }
}

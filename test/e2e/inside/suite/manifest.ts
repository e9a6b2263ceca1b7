/** What the manifest promises, the running extension keeps. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import * as vscode from 'vscode';

type Manifest = {
  readonly contributes?: {
    readonly commands?: readonly { readonly command: string; readonly category?: string }[];
  };
};

function hindsight(): vscode.Extension<unknown> {
  const extension = vscode.extensions.getExtension('hindsight.hindsight');
  assert.ok(extension, 'Hindsight is installed');
  return extension;
}

function contributedCommands(): readonly { readonly command: string; readonly category?: string }[] {
  const manifest: Manifest = hindsight().packageJSON;
  return manifest.contributes?.commands ?? [];
}

describe('the manifest', () => {
  it('names commands in the category Hindsight', () => {
    const categories = new Set(contributedCommands().map(({ category }) => category));

    assert.deepEqual([...categories], ['Hindsight']);
  });

  it('names only commands that the active extension has', async () => {
    await hindsight().activate();

    const registered = new Set(await vscode.commands.getCommands(true));
    const missing = contributedCommands().filter(({ command }) => !registered.has(command));

    assert.deepEqual(missing, []);
  });
});

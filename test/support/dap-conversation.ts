/**
 * Whole conversations between an editor and the debug adapter as golden files: one message a line, with what differs from run to run made the same.
 * `HINDSIGHT_GOLDEN=write` writes them anew.
 */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { root } from '../tools/paths.ts';
import type { DapEditor } from './dap-editor.ts';

/** Compares all that was said with the golden file of this name. `folder`: of the program; it is named `$FOLDER` there. */
export async function assertGolden(editor: DapEditor, name: string, folder: string): Promise<void> {
  const file = path.join(root, 'test', 'golden', 'dap', `${name}.txt`);
  const said = `${linesOf(editor, folder).join('\n')}\n`;
  if (process.env['HINDSIGHT_GOLDEN'] === 'write') await writeFile(file, said);
  assert.equal(said, await readFile(file, 'utf8'));
}

function linesOf(editor: DapEditor, folder: string): string[] {
  const names = new Map<string, string>();
  const numbered = (kind: string, id: string): string => {
    const known =
      names.get(id) ?? `${kind}-${[...names.values()].filter((each) => each.startsWith(kind)).length + 1}`;
    names.set(id, known);
    return known;
  };
  return joined(editor.said).map((message) => {
    const line =
      'arguments' in message || message.type === 'request'
        ? `-> ${'command' in message ? message.command : ''} ${textOf('arguments' in message ? message.arguments : {})}`
        : 'event' in message
          ? `   * ${message.event} ${textOf(message.body)}`
          : 'success' in message && message.success
            ? `<- ${message.command} ${textOf(message.body)}`
            : `<- ${'command' in message ? message.command : ''} refused: ${textOf('message' in message ? message.message : '')}`;
    return line
      .replaceAll(folder, '$FOLDER')
      .replace(/\b(sess|tr|snap|branch)-[0-9a-z]{6,}/g, (id, kind: string) => numbered(kind, id))
      .trimEnd();
  });
}

/** What a program prints comes in pieces of any size. */
function joined(said: DapEditor['said']): DapEditor['said'] {
  const together: DapEditor['said'] = [];
  for (const message of said) {
    if (isOutput(message) && isOfRecorder(message.body.output)) continue;
    const last = together.at(-1);
    const isSame = isOutput(last) && isOutput(message) && last.body.category === message.body.category;
    if (isSame && message.body.line === undefined)
      together[together.length - 1] = {
        ...last,
        body: { ...last.body, output: last.body.output + message.body.output },
      };
    else together.push(message);
  }
  return together;
}

function isOutput(message: DapEditor['said'][number] | undefined): message is DebugProtocol.OutputEvent {
  return message !== undefined && 'event' in message && message.event === 'output';
}

/** What names a moment, and the interpreter, are this run's own; steps are counted in the background. */
const volatile: ReadonlySet<string> = new Set(['at', 'time', 'step', 'steps', 'python']);

/** That addresses are not kept: it is said with the recorders in Python, and a conversation is the same with each. */
function isOfRecorder(said: unknown): boolean {
  return typeof said === 'string' && said.startsWith('Objects have other addresses');
}

function textOf(value: unknown): string {
  const isLeftOut = (key: string, each: unknown) =>
    volatile.has(key) || (key === 'warning' && isOfRecorder(each));
  return JSON.stringify(value, (key, each: unknown) => (isLeftOut(key, each) ? undefined : each)) ?? '';
}

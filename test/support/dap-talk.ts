/** A Python program debugged by an adapter in this process: an editor that hears every message, and can be asked for things itself. */
import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { createDebugAdapter } from '../../debug-adapter/adapter.ts';
import type { AdapterOptions } from '../../debug-adapter/context.ts';
import { connectOrStart } from '../../debug-adapter/own-runtime.ts';
import { dist } from '../tools/paths.ts';
import { DapEditor } from './dap-editor.ts';
import { testPython } from './python-engine.ts';

export interface Talk {
  readonly editor: DapEditor;
  readonly folder: string;
  readonly file: string;
  /** Launches the program, or what `args` say in its place; it runs with `configurationDone`. */
  launch(args?: object, abilities?: object): Promise<void>;
}

/** The program is `program.py` in a folder of its own; both end with the test. */
export async function openTalk(
  t: TestContext,
  text: string,
  options: Pick<AdapterOptions, 'progressDelayMs'> = {},
): Promise<Talk> {
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'hindsight-dap-')));
  const file = path.join(folder, 'program.py');
  await writeFile(file, text);
  const place = {
    cwd: folder,
    env: { ...process.env, XDG_STATE_HOME: folder },
    platform: process.platform,
    node: process.execPath,
    program: path.join(dist, 'hindsight.js'),
  };
  const connect: AdapterOptions['connect'] = (signal) => connectOrStart(place, signal);
  const adapter = createDebugAdapter({ cwd: folder, connect, ...options });
  t.after(async () => {
    adapter.dispose();
    await rm(folder, { recursive: true, force: true });
  });
  const editor = new DapEditor(adapter);
  const python = testPython === undefined ? {} : { python: testPython };
  const launch = (args: object = {}, abilities: object = {}): Promise<void> =>
    editor.launch({ program: file, ...python, ...args }, { supportsInvalidatedEvent: true, ...abilities });
  return { editor, folder, file, launch };
}

/** A Python program in a folder of its own, debugged by `hindsight dap` as an editor does it. */
import { once } from 'node:events';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { DebugClient } from '@vscode/debugadapter-testsupport';
import type { DebugProtocol } from '@vscode/debugprotocol';
import { dist } from '../tools/paths.ts';
import { testPython } from './python-engine.ts';

// On a busy machine it takes as long as it takes.
const patienceMs = 60_000;

/** Both the folder and the editor end with the test. */
export class DebuggedProgram {
  readonly client: DebugClient;
  readonly file: string;
  readonly folder: string;
  readonly #output: DebugProtocol.OutputEvent[] = [];

  #closed: Promise<void> | undefined;
  #hasLeft = false;

  constructor(client: DebugClient, folder: string, file: string) {
    this.client = client;
    this.folder = folder;
    this.file = file;
    client.on('output', (event: DebugProtocol.OutputEvent) => this.#output.push(event));
  }

  /** `others`: more files, by their paths in the folder. `folderOfAnother`: whose runtime is used. */
  static async open(
    t: TestContext,
    text: string,
    others: Readonly<Record<string, string>> = {},
    folderOfAnother?: string,
  ): Promise<DebuggedProgram> {
    const folder = folderOfAnother ?? (await realpath(await mkdtemp(path.join(tmpdir(), 'hindsight-dap-'))));
    const file = path.join(folder, 'program.py');
    for (const [name, content] of Object.entries({ ...others, 'program.py': text })) {
      await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
      await writeFile(path.join(folder, name), content);
    }
    const env = { ...process.env, XDG_STATE_HOME: folder };
    const client = new DebugClient(process.execPath, path.join(dist, 'debug-adapter.js'), 'hindsight', {
      cwd: folder,
      env,
    });
    client.defaultTimeout = patienceMs;
    await client.start();
    const program = new DebuggedProgram(client, folder, file);
    t.after(() => program.close());
    return program;
  }

  /** Resolves when this text was printed by the program. */
  wrote(text: string): Promise<void> {
    return this.said('stdout', text);
  }

  /** Resolves when this text was printed in this category. */
  async said(category: string, text: string): Promise<void> {
    while (!this.printed(category).includes(text)) await once(this.client, 'output');
  }

  /** Ends the adapter as an editor does, by leaving it. */
  async disconnect(args: DebugProtocol.DisconnectArguments = {}): Promise<void> {
    await this.client.disconnectRequest(args);
    this.#hasLeft = true;
  }

  /** Twice is harmless; the library's own way would wait for an answer of nobody. */
  close(): Promise<void> {
    this.#closed ??= (this.#hasLeft ? Promise.resolve() : this.client.stop()).then(() =>
      rm(this.folder, { recursive: true, force: true }),
    );
    return this.#closed;
  }

  /** All that was printed so far, of one category. */
  printed(category: string): string {
    return this.#output
      .filter(({ body }) => body.category === category)
      .map(({ body }) => body.output)
      .join('');
  }

  /** Launches it, or what `args` say in its place, with breakpoints on these lines; `go` lets it run. */
  async launch(
    breakpoints: readonly (number | DebugProtocol.SourceBreakpoint)[] = [],
    args: object = { program: this.file },
  ): Promise<void> {
    const python = testPython === undefined ? {} : { python: testPython };
    await this.client.initializeRequest({
      adapterID: 'hindsight',
      pathFormat: 'path',
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsInvalidatedEvent: true,
      supportsProgressReporting: true,
    });
    const initialized = this.event('initialized');
    await this.client.launchRequest({ ...python, ...args } as DebugProtocol.LaunchRequestArguments);
    await initialized;
    await this.client.setBreakpointsRequest({
      source: { path: this.file },
      breakpoints: breakpoints.map((each) => (typeof each === 'number' ? { line: each } : each)),
    });
  }

  /** The body of the next event of a kind. The library's own way leaves a timer behind where none comes. */
  async event<Body extends object>(kind: string): Promise<Body> {
    const [{ body }] = await once(this.client, kind);
    return body;
  }

  readonly go = () => this.client.configurationDoneRequest();

  /** Does something that ends in a stop; answers why it stopped and the line. */
  async stop(action: () => Promise<unknown>): Promise<string> {
    const [{ reason }] = await Promise.all([
      this.event<DebugProtocol.StoppedEvent['body']>('stopped'),
      action(),
    ]);
    const { body } = await this.client.stackTraceRequest({ threadId: 1 });
    return `${reason} ${body.stackFrames[0]?.line}`;
  }

  async end(action: () => Promise<unknown>): Promise<number> {
    const [exited] = await Promise.all([
      this.event<DebugProtocol.ExitedEvent['body']>('exited'),
      this.event('terminated'),
      action(),
    ]);
    return exited.exitCode;
  }

  async value(expression: string): Promise<string> {
    const { body } = await this.client.evaluateRequest({ expression, context: 'watch' });
    return body.result;
  }

  readonly next = () => this.client.nextRequest({ threadId: 1 });
  readonly stepIn = () => this.client.stepInRequest({ threadId: 1 });
  readonly stepOut = () => this.client.stepOutRequest({ threadId: 1 });
  readonly stepBack = () => this.client.stepBackRequest({ threadId: 1 });
  readonly back = () => this.client.reverseContinueRequest({ threadId: 1 });
  readonly continue = () => this.client.continueRequest({ threadId: 1 });
}

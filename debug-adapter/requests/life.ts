/** The requests by which a debug session begins and ends. */
import { readFile } from 'node:fs/promises';
import type { Event } from '../../runtime/protocol/events.ts';
import { capabilities } from '../capabilities.ts';
import { type Context, type Debugging, debuggingOf } from '../context.ts';
import { Debuggee } from '../debuggee.ts';
import { type AttachArguments, type CommonArguments, readAttach, readLaunch } from '../launch-arguments.ts';
import { findSession, openLaunch } from '../opening.ts';
import { Output, type OutputOptions } from '../output.ts';
import { ProgramRun, type RunOptions } from '../program-run.ts';
import type { Program } from '../programs.ts';
import { References } from '../references.ts';
import { Standing } from '../standing.ts';
import { openTerminal } from '../terminal.ts';
import { Threads } from '../threads.ts';
import type { Handlers } from './request.ts';

type LifeCommand =
  | 'initialize'
  | 'launch'
  | 'attach'
  | 'configurationDone'
  | 'disconnect'
  | 'terminate'
  | 'restart'
  | 'cancel';

export function lifeRequests(context: Context): Handlers<LifeCommand> {
  const { editor } = context;
  let begin: () => void | Promise<void> = () => {};
  let start: (signal: AbortSignal) => Promise<() => void | Promise<void>>;
  return {
    initialize(abilities) {
      editor.initialize(abilities);
      return capabilities;
    },
    async launch(args, { signal, after }) {
      start = (each) => launch(context, args, each);
      begin = await start(signal);
      after(() => editor.say('initialized', undefined));
    },
    async attach(args, { signal, after }) {
      start = (each) => attach(context, readAttach(args), each);
      begin = await start(signal);
      after(() => editor.say('initialized', undefined));
    },
    configurationDone(_, { after }) {
      after(begin);
    },
    async restart(args, { signal, after }) {
      const { run, standing } = debuggingOf(context);
      const again = args?.arguments;
      if (again !== undefined) start = (each) => launch(context, again, each);
      if (standing.position !== undefined || standing.isMoving) await run.interrupt();
      context.debugging?.dispose();
      after(await start(signal));
    },
    async terminate() {
      await debuggingOf(context).run.interrupt();
    },
    async disconnect(args, { after }) {
      const run = context.debugging?.run;
      if (args?.terminateDebuggee === true) await run?.close();
      else if (args?.terminateDebuggee === false)
        await run?.letGo().catch(() => {}); // There may be no recording to let go.
      else await run?.abandon();
      after(context.end);
    },
    cancel(args) {
      if (args?.requestId !== undefined) context.cancel(args.requestId);
      if (args?.progressId !== undefined) context.progress.cancel(args.progressId);
    },
  };
}

/** Opens what is to be debugged; answers what lets it run. */
async function launch(context: Context, args: object, signal: AbortSignal): Promise<() => void> {
  const wanted = readLaunch(args);
  const { common } = wanted;
  const client = await connect(context, signal);
  const { options } = context;
  const opened = await openLaunch(
    { client, cwd: options.cwd, readFile: options.readFile ?? readFile },
    wanted,
  );
  const { justMyCode, stopOnEntry, memoryMb, noDebug = false } = common;
  const record = {
    ...(justMyCode === undefined ? {} : { justMyCode }),
    ...(stopOnEntry === undefined ? {} : { stopOnEntry }),
    ...(memoryMb === undefined ? {} : { memoryMb }),
  };
  const { sessions } = await client.request('ls-sessions', {});
  const since = sessions.find(({ session }) => session === opened.session)?.seq ?? 0;
  const hasTerminal = await openTerminal(context, common, { session: opened.session, since });
  const debugging = follow(
    context,
    new Debuggee(client, opened.session),
    { redirects: common.redirectOutput ?? !hasTerminal, asks: !hasTerminal },
    {
      stopAtEnd: common.stopAtEnd ?? (wanted.kind === 'test' ? 'failed' : wanted.kind === 'again'),
      record: noDebug ? undefined : record,
      isOwn: opened.isOwn,
    },
  );
  if (!noDebug) await context.breakpoints.use(debugging.debuggee);
  return () => run(context, debugging, opened.program, common);
}

function run(
  { editor }: Context,
  { run, debuggee }: Debugging,
  program: Program,
  { name }: CommonArguments,
): void {
  editor.say('process', {
    name: name ?? program.file ?? debuggee.session,
    isLocalProcess: true,
    startMethod: 'launch',
  });
  run.begin(program);
}

/** Opens a session that there is; answers what shows where it stands. */
async function attach(
  context: Context,
  wanted: AttachArguments,
  signal: AbortSignal,
): Promise<() => Promise<void>> {
  const client = await connect(context, signal);
  const session = await findSession(client, wanted.session);
  await client.request('attach', { session });
  const debuggee = new Debuggee(client, session, wanted.trace);
  const { standing } = follow(
    context,
    debuggee,
    { redirects: wanted.redirectOutput ?? true, asks: true },
    { stopAtEnd: true, record: undefined, isOwn: false },
  );
  const { traces = [] } = await debuggee.navigate('list-traces');
  await context.breakpoints.use(debuggee);
  if (traces.length > 0) return () => standing.refresh('pause');
  return async () =>
    context.editor.print(
      `Nothing was recorded in the session ${wanted.session ?? session}. What is debugged in it from now on is followed here; what merely runs in it is not recorded.`,
    );
}

async function connect(context: Context, signal: AbortSignal) {
  if (context.connection === undefined) {
    const connection = await context.options.connect(signal);
    context.connection = connection;
    connection.client.onDidClose((reason) => {
      context.editor.print(reason.message, 'important');
      context.debugging?.run.terminated();
    });
  }
  return context.connection.client;
}

/** From now on the editor is told of what happens in the session. */
function follow(context: Context, debuggee: Debuggee, shown: OutputOptions, options: RunOptions): Debugging {
  const { editor, memory, progress } = context;
  const references = new References();
  const run = new ProgramRun(editor, debuggee, () => standing, options);
  const standing: Standing = new Standing({
    editor,
    debuggee,
    references,
    progress,
    memory,
    hasEnded: () => run.hasEnded,
    onEnd: (stop, from) => run.cameToEnd(stop, from),
  });
  const output = new Output(editor, debuggee, shown);
  const subscription = debuggee.onEvent((event) => {
    output.onEvent(event);
    standing.onEvent(event);
    sayBreakpoint(context, event);
    run.onEvent(event);
  });
  context.debugging = {
    debuggee,
    references,
    standing,
    threads: new Threads(debuggee, standing),
    run,
    output,
    dispose() {
      subscription.dispose();
      debuggee.dispose();
    },
  };
  return context.debugging;
}

function sayBreakpoint({ editor, breakpoints }: Context, event: Event): void {
  if (event.type !== 'breakpoint_changed') return;
  const { breakpoint } = event;
  editor.say('breakpoint', {
    reason: 'changed',
    breakpoint: editor.convert.toBreakpoint(breakpoint, breakpoints.fileOf(breakpoint.id)),
  });
  if (!breakpoint.verified || breakpoint.message === undefined) return;
  editor.print(breakpoint.message, 'important');
}

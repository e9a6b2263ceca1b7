/**
 * The extension's entry: builds the parts, connects them, registers the commands. Nothing is started here;
 * at most a runtime that runs already is found again, so that a reloaded window goes on where it was.
 */
import { join } from 'node:path';
import * as vscode from 'vscode';
import { CellCodeLensProvider } from './code-lens/code-lens.ts';
import { commandTable } from './commands.ts';
import { createAdapterFactory } from './debugging/adapter-factory.ts';
import { noticeBranches } from './debugging/branch-notice.ts';
import { cellSources } from './debugging/cell-sources.ts';
import { ConfigurationProvider, registerConfigurations } from './debugging/configuration-provider.ts';
import { type DebuggedRun, debugType } from './debugging/debugged-run.ts';
import { DebuggedRuns } from './debugging/debugged-runs.ts';
import { seekErrors } from './debugging/error-seeker.ts';
import { HistoryPanels } from './debugging/history/history-panels.ts';
import { InlineValues } from './debugging/inline-values.ts';
import { LineBeforeMark } from './debugging/line-before-mark.ts';
import { PastMarks } from './debugging/past-marks.ts';
import type { SourceNames } from './debugging/source-names.ts';
import { InlineResults } from './inline-results/inline-results.ts';
import { Language } from './language/language-client.ts';
import { createLog, supervise } from './logging/log.ts';
import { jupyterType, Notebooks } from './notebooks/notebooks.ts';
import { ShownRuns } from './notebooks/shown-runs.ts';
import { CellStatusProvider } from './panel/cell-status.ts';
import { panelType } from './panel/controller.ts';
import { PanelFileSystem } from './panel/file-system.ts';
import { HistoryStore } from './panel/history-store.ts';
import { InputCell } from './panel/input-cell.ts';
import { Panels, panelScheme } from './panel/panels.ts';
import { listenToRenderer } from './panel/renderer-messages.ts';
import { runCells } from './panel/run-cells.ts';
import { PanelSerializer } from './panel/serializer.ts';
import { UndoneMarks } from './panel/undone-marks.ts';
import { outputScheme, WholeOutputProvider } from './panel/whole-output.ts';
import { RuntimeConnection } from './runtime/runtime-connection.ts';
import { PythonEditors } from './sending/python-editors.ts';
import { Sender } from './sending/send.ts';
import { Launcher } from './sessions/launcher.ts';
import { Notices } from './sessions/notices.ts';
import { ServedContext } from './sessions/served-context.ts';
import type { Session } from './sessions/session.ts';
import { activeSession, onDidRestart } from './sessions/session-commands.ts';
import { Sessions } from './sessions/sessions.ts';
import { StatusBar } from './status-bar/status-bar.ts';
import { TablePanels } from './tables/table-panels.ts';
import { Comparisons } from './time/comparisons.ts';
import { offerCheckpoint, offerLastState } from './time/offer.ts';
import { Rewinder } from './time/rewind.ts';
import { States } from './time/states.ts';
import { Transactions } from './time/transactions.ts';
import { TravelStatus } from './time/travel-status.ts';
import { TimeView, timeViewId } from './time-view/time-view.ts';
import { TimelineView, timelineViewId } from './timeline/timeline-view.ts';
import { variableMarks } from './variables/variable-marks.ts';
import { VariablesView } from './variables/variables-view.ts';

export function activate(context: vscode.ExtensionContext): void {
  const started = performance.now();
  const log = createLog();
  const { env } = process;
  const runtime = new RuntimeConnection(context.extensionPath, env, log);
  const sessions = new Sessions(runtime, context.workspaceState, log);
  const launcher = new Launcher(sessions, env, log);
  const panels: Panels = new Panels(
    sessions,
    {
      run: (cells, notebook) => runCells(cells, notebook, panels, launcher),
      interrupt: async (notebook) => await panels.sessionOf(notebook.uri)?.interrupt(),
    },
    context.extension.id,
    log,
  );
  const notebooks = new Notebooks(sessions, launcher, log);
  const runs = new ShownRuns(panels, notebooks);
  const language = new Language(context.extensionPath, runtime, sessions, panels, log);
  const sender = new Sender(sessions, launcher, panels, language, log);
  const inlineResults = new InlineResults();
  const history = new HistoryStore(join(context.globalStorageUri.fsPath, 'history.jsonl'));
  const inputCell = new InputCell(panels, history);
  const statusBar = new StatusBar();
  const served = new ServedContext(sessions);
  const cellStatus = new CellStatusProvider(runs);
  const undoneMarks = new UndoneMarks(runs);
  const codeLenses = new CellCodeLensProvider(sessions);
  const states = new States(runtime, log);
  const rewinder = new Rewinder(states, log);
  const comparisons = new Comparisons();
  const transactions = new Transactions({ sender, sessions, comparisons }, log);
  const travelStatus = new TravelStatus();
  const time = { sessions, launcher, panels, runs, states, rewinder, comparisons, log };
  const timeline = new TimelineView(time, context.extensionUri, log);
  const variables = new VariablesView(time, log);
  const tables = new TablePanels(context.extensionUri, log);
  const editors = new PythonEditors();
  const debuggedRuns = new DebuggedRuns();
  const histories = new HistoryPanels(debuggedRuns, context.extensionUri, log);
  const timeView = new TimeView(debuggedRuns, context.extensionUri, context.globalState, log);
  const notices = new Notices({ sessions, launcher, panels }, log);

  const namesOf = (run: DebuggedRun): SourceNames =>
    cellSources(run.debug.configuration['session'], { runs, sessions });
  const showStatus = (): void => statusBar.show(activeSession({ sessions, panels }));
  const follow = (session: Session): void => {
    session.onDidChangeCells((cells) => {
      inlineResults.update(cells);
      if (cells.every(({ state }) => state === 'running')) return;
      cellStatus.refresh();
      undoneMarks.draw();
      codeLenses.refresh();
    });
    session.onDidReceive((event) => {
      states.note(event);
      transactions.follow(session, event);
      variables.note(session, event);
      tables.note(session, event);
      if (event.type === 'started') travelStatus.ran(session);
    });
    session.onDidSubmit(({ code }) => {
      supervise(log, 'keeping the history', history.add(code));
      if (session.state === 'dead') supervise(log, 'a notice', notices.stateChanged(session));
    });
    session.onDidChangeState(() => {
      showStatus();
      served.update();
      transactions.stateChanged(session);
      supervise(log, 'a notice', notices.stateChanged(session));
    });
  };

  context.subscriptions.push(
    log,
    runtime,
    sessions,
    panels,
    notebooks,
    language,
    sender,
    inlineResults,
    inputCell,
    statusBar,
    served,
    undoneMarks,
    states,
    rewinder,
    comparisons,
    transactions,
    travelStatus,
    timeline,
    variables,
    tables,
    editors,
    debuggedRuns,
    histories,
    timeView,
    new PastMarks(debuggedRuns, context.extensionUri, namesOf),
    new LineBeforeMark(debuggedRuns, context.extensionUri, namesOf, log),
    seekErrors(debuggedRuns, log),
    noticeBranches(debuggedRuns),
    registerConfigurations(new ConfigurationProvider(time, log)),
    vscode.debug.registerDebugAdapterDescriptorFactory(
      debugType,
      createAdapterFactory({ runtime, sessions, runs, log }),
    ),
    vscode.languages.registerInlineValuesProvider({ language: 'python' }, new InlineValues()),
    vscode.window.registerWebviewViewProvider(timeViewId, timeView),
    vscode.window.registerFileDecorationProvider(variableMarks),
    vscode.window.registerWebviewViewProvider(timelineViewId, timeline),
    rewinder.onDidGo((session) => {
      const { present } = session.path;
      travelStatus.show(session, present === undefined ? undefined : states.find(present)?.label);
    }),
    onDidRestart((session) => supervise(log, 'an offer', offerLastState(time, session))),
    sessions.onDidOpen((session) =>
      supervise(log, 'an offer', offerCheckpoint(time, session, context.workspaceState)),
    ),
    sessions.onDidAdd(follow),
    sender.onDidSend((sent) => inlineResults.expect(sent, sessions.forFile(sent.document.uri))),
    runtime.onDidConnect(() => supervise(log, 'starting the language server', language.start())),
    runtime.onDidClose(() => supervise(log, 'a notice', notices.runtimeEnded())),
    sessions.onDidChangeServed(showStatus),
    vscode.window.onDidChangeActiveTextEditor(showStatus),
    vscode.window.onDidChangeActiveNotebookEditor(showStatus),
    listenToRenderer(sessions, log),
    vscode.workspace.registerNotebookSerializer(panelType, new PanelSerializer(), { transientOutputs: true }),
    vscode.workspace.registerFileSystemProvider(panelScheme, new PanelFileSystem(panels), {
      isCaseSensitive: true,
    }),
    vscode.workspace.registerTextDocumentContentProvider(outputScheme, new WholeOutputProvider(runtime)),
    ...[panelType, jupyterType].map((type) =>
      vscode.notebooks.registerNotebookCellStatusBarItemProvider(type, cellStatus),
    ),
    vscode.languages.registerCodeLensProvider({ language: 'python', scheme: '*' }, codeLenses),
    ...Object.entries(
      commandTable({
        ...time,
        ...{ sender, inlineResults, inputCell, transactions, timeline, variables, tables },
        ...{ language, editors, debuggedRuns, histories },
      }),
    ).map(([name, command]) => vscode.commands.registerCommand(name, command)),
  );
  for (const session of sessions.all) follow(session);
  panels.adopt();
  if (sessions.served.length > 0)
    supervise(
      log,
      'resuming',
      sessions.resume().then(() => transactions.resume()),
    );
  log.info('activated', {
    durationMs: Math.round(performance.now() - started),
    version: String(context.extension.packageJSON['version']),
  });
}

export function deactivate(): void {
  // Everything is among the subscriptions; the runtime lives on, as it should.
}

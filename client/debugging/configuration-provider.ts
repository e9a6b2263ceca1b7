/**
 * What F5 debugs where no launch.json says it, and what is filled in where one leaves something out: the interpreter of
 * the workspace, its folder, the session of the file in front.
 */
import * as vscode from 'vscode';
import { interpreterFor } from '../interpreter/interpreter.ts';
import type { Log } from '../logging/log.ts';
import { PythonEditors } from '../sending/python-editors.ts';
import type { Launcher } from '../sessions/launcher.ts';
import { activeSession, type SessionParts } from '../sessions/session-commands.ts';
import { currentFile, type HindsightConfiguration, isEmpty, isInSession } from './debug-configuration.ts';
import { debugType } from './debugged-run.ts';

export class ConfigurationProvider implements vscode.DebugConfigurationProvider, vscode.Disposable {
  readonly #parts: SessionParts;
  readonly #launcher: Launcher;
  readonly #log: Log;
  readonly #editors = new PythonEditors();

  constructor(parts: SessionParts, log: Log) {
    this.#parts = parts;
    this.#launcher = parts.launcher;
    this.#log = log;
  }

  provideDebugConfigurations(): vscode.DebugConfiguration[] {
    return [currentFile(vscode.l10n.t('Debug File in Hindsight'))];
  }

  /** Before variables are replaced: what was not configured at all is the file in front. */
  resolveDebugConfiguration(
    _folder: vscode.WorkspaceFolder | undefined,
    configuration: vscode.DebugConfiguration,
  ): vscode.ProviderResult<vscode.DebugConfiguration> {
    if (!isEmpty(configuration)) return configuration;
    const document = this.#editors.find()?.document;
    if (document?.uri.scheme !== 'file') {
      void vscode.window.showInformationMessage(
        vscode.l10n.t('Open a Python file to debug it in Hindsight.'),
      );
      return undefined;
    }
    return { ...currentFile(vscode.l10n.t('Debug File in Hindsight')), program: document.uri.fsPath };
  }

  async resolveDebugConfigurationWithSubstitutedVariables(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: HindsightConfiguration,
  ): Promise<vscode.DebugConfiguration | undefined> {
    if (!vscode.workspace.isTrusted) {
      void vscode.window.showWarningMessage(
        vscode.l10n.t('Hindsight runs nothing in a workspace that is not trusted.'),
      );
      return undefined;
    }
    const shown = withTerminalInView(configuration);
    return isInSession(shown) ? await this.#inSession(shown) : await this.#onItsOwn(folder, shown);
  }

  dispose(): void {
    this.#editors.dispose();
  }

  async #onItsOwn(
    folder: vscode.WorkspaceFolder | undefined,
    configuration: HindsightConfiguration,
  ): Promise<HindsightConfiguration> {
    const { program } = configuration;
    const resource = program === undefined ? folder?.uri : vscode.Uri.file(program);
    const python = configuration.python ?? (await interpreterFor(resource, this.#log));
    const home = folder ?? vscode.workspace.workspaceFolders?.[0];
    const cwd = configuration.cwd ?? home?.uri.fsPath;
    return {
      ...configuration,
      ...(python === undefined ? {} : { python }),
      ...(cwd === undefined ? {} : { cwd }),
    };
  }

  /** A session is known to a person by its name, and here it may not be open yet. */
  async #inSession(configuration: HindsightConfiguration): Promise<HindsightConfiguration | undefined> {
    const { sessions } = this.#parts;
    const named = configuration.session;
    if (named !== undefined && sessions.all.some(({ id }) => id === named)) return configuration;
    const session = named === undefined ? activeSession(this.#parts) : sessions.get(named);
    if (!(await this.#launcher.ensureOpen(session, undefined))) return undefined;
    return session.id === undefined ? configuration : { ...configuration, session: session.id };
  }
}

/** VS Code would open its debug console over the terminal in which the program asks. */
function withTerminalInView(configuration: HindsightConfiguration): HindsightConfiguration {
  const { console = 'internalConsole' } = configuration;
  return console === 'internalConsole'
    ? configuration
    : { internalConsoleOptions: 'neverOpen', ...configuration };
}

/** Registers it for F5 and for the list of the debug view. */
export function registerConfigurations(provider: ConfigurationProvider): vscode.Disposable {
  const { registerDebugConfigurationProvider: register } = vscode.debug;
  return vscode.Disposable.from(
    provider,
    register(debugType, provider),
    register(debugType, provider, vscode.DebugConfigurationProviderTriggerKind.Dynamic),
  );
}

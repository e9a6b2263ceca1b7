/**
 * Which Python new sessions use: the Python extension's where it is installed, else the setting, else what
 * the runtime finds on PATH. No workspace setting can name one: the setting has machine scope.
 */
import * as vscode from 'vscode';
import type { Log } from '../logging/log.ts';

const pythonExtension = 'ms-python.python';

// The part of the Python extension's public API (@vscode/python-extension) that is used here.
interface PythonApi {
  readonly environments: {
    getActiveEnvironmentPath(resource?: vscode.Uri): { readonly id: string; readonly path: string };
    resolveEnvironment(environment: {
      readonly id: string;
      readonly path: string;
    }): Promise<{ readonly executable: { readonly uri?: vscode.Uri } } | undefined>;
  };
}

/** Path of the interpreter for code of `resource`; undefined leaves the choice to the runtime. */
export async function interpreterFor(
  resource: vscode.Uri | undefined,
  log: Log,
): Promise<string | undefined> {
  return (await fromPythonExtension(resource, log)) ?? fromSetting();
}

export function hasPythonExtension(): boolean {
  return vscode.extensions.getExtension(pythonExtension) !== undefined;
}

/** True when another extension already answers completion and hover from the source. */
export function hasStaticLanguageSupport(): boolean {
  return hasPythonExtension() || vscode.extensions.getExtension('ms-python.vscode-pylance') !== undefined;
}

function fromSetting(): string | undefined {
  const path = vscode.workspace.getConfiguration('hindsight').get<string>('python.interpreter', '').trim();
  return path === '' ? undefined : path;
}

async function fromPythonExtension(resource: vscode.Uri | undefined, log: Log): Promise<string | undefined> {
  const extension = vscode.extensions.getExtension<PythonApi>(pythonExtension);
  if (extension === undefined) return undefined;
  try {
    const { environments } = await extension.activate();
    const resolved = await environments.resolveEnvironment(environments.getActiveEnvironmentPath(resource));
    return resolved?.executable.uri?.fsPath;
  } catch (error) {
    log.warn('the Python extension did not name an interpreter', error);
    return undefined;
  }
}

/** The commands of the view "Variables" and of tables, as a part of the table of commands. */
import * as vscode from 'vscode';
import type { Session } from '../sessions/session.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { TablePanels } from '../tables/table-panels.ts';
import type { States } from '../time/states.ts';
import { nameOf } from '../time/words.ts';
import type { VariableNode } from './variable-tree.ts';
import type { VariablesView } from './variables-view.ts';

export interface VariableParts {
  readonly variables: VariablesView;
  readonly tables: TablePanels;
  readonly sessions: Sessions;
  readonly states: States;
}

type Command = (...args: never[]) => unknown;

export function variableCommands(parts: VariableParts): Readonly<Record<string, Command>> {
  const { variables, sessions } = parts;
  return {
    'hindsight.refreshVariables': () => variables.refresh(),
    'hindsight.filterVariables': () => variables.filter(),
    'hindsight.clearVariablesFilter': () => variables.clearFilter(),
    // From the Timeline with a state; from the palette or the view's title without.
    'hindsight.variablesAt': (snapshot?: unknown) =>
      typeof snapshot === 'string' ? variables.reveal(snapshot) : variables.choose(),
    'hindsight.variablesAtPresent': () => variables.at(undefined),
    'hindsight.moreVariables': (node: VariableNode) => variables.more(node),
    'hindsight.openTable': (node?: VariableNode) => openTable(parts, node),
    'hindsight.openTableOf': (session: string, name: string, run: string) =>
      openTableAfter(parts, sessions.get(session), name, run),
    'hindsight.copyVariableName': (node?: VariableNode) => copy(node, 'name'),
    'hindsight.copyVariableValue': (node?: VariableNode) => copy(node, 'value'),
  };
}

function openTable({ variables, tables, states }: VariableParts, node: VariableNode | undefined): void {
  if (node?.kind !== 'variable') return;
  const { session, at } = variables.viewpoint;
  const state = at === undefined ? undefined : states.find(at);
  tables.show({
    session,
    at,
    path: node.variable.path,
    name: nameInFull(node),
    ...(state === undefined ? {} : { state: nameOf(state) }),
  });
}

/** As it was after the run that showed it, where that is not the present and still held. */
function openTableAfter(
  { tables, states }: VariableParts,
  session: Session,
  name: string,
  run: string,
): void {
  const { path } = session;
  const after = path.run(run)?.after;
  const node = after === undefined || after === path.present ? undefined : states.find(after);
  const isHeld = node !== undefined && node.tier !== 'none';
  tables.show({
    session,
    at: isHeld ? node.id : undefined,
    path: [name],
    name,
    ...(isHeld ? { state: nameOf(node) } : {}),
  });
}

async function copy(node: VariableNode | undefined, what: 'name' | 'value'): Promise<void> {
  if (node?.kind !== 'variable') return;
  await vscode.env.clipboard.writeText(what === 'name' ? nameInFull(node) : node.variable.value);
}

/** `data['a'][0].points`, as near to what one would type as the names of the parts are. */
function nameInFull(node: VariableNode & { kind: 'variable' }): string {
  const { parent, variable } = node;
  if (parent?.kind !== 'variable') return variable.name;
  const before = nameInFull(parent);
  if (variable.name.startsWith('[')) return before + variable.name;
  if (parent.variable.type === 'DataFrame') return `${before}[${JSON.stringify(variable.name)}]`;
  return /^[A-Za-z_]\w*$/.test(variable.name) ? `${before}.${variable.name}` : `${before}[${variable.name}]`;
}

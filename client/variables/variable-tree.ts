/**
 * The tree of variables: what stands where, read when it is opened. It knows whom to ask and how an item looks; which
 * session and which state are shown is the view's.
 */
import * as vscode from 'vscode';
import type { Variable } from '../../runtime/protocol/states.ts';
import { describeSize } from '../time/words.ts';
import { explainLook } from './explain-look.ts';
import { markUri } from './variable-marks.ts';
import { type Marks, pageSize, readVariables, type Viewpoint } from './variable-source.ts';
import { describe, iconOf, speak, type VariableWords } from './variable-words.ts';

/** A variable or a part of one; or the line that stands for those not read yet. */
export type VariableNode =
  | { readonly kind: 'variable'; readonly variable: Variable; readonly parent: VariableNode | undefined }
  | { readonly kind: 'more'; readonly parent: VariableNode | undefined; readonly left: number };

export interface Shown {
  readonly viewpoint: Viewpoint;
  readonly filter: string;
  readonly marks: Marks;
}

export class VariableTree implements vscode.TreeDataProvider<VariableNode>, vscode.Disposable {
  readonly #didChange = new vscode.EventEmitter<VariableNode | undefined>();
  readonly #didRead = new vscode.EventEmitter<string>();
  readonly #most = new Map<string, number>();
  #shown: Shown | undefined;
  #reading = new AbortController();

  readonly onDidChangeTreeData = this.#didChange.event;
  /** The variables were read: what to say above them, empty when there is nothing to say. */
  readonly onDidRead = this.#didRead.event;

  /** Shows this from now on, and reads it anew. */
  show(shown: Shown | undefined): void {
    if (this.#shown?.viewpoint.at !== shown?.viewpoint.at || this.#shown?.filter !== shown?.filter)
      this.#most.clear();
    this.#shown = shown;
    this.#reading.abort();
    this.#reading = new AbortController();
    this.#didChange.fire(undefined);
  }

  /** Reads further children of a variable, or further variables. */
  more(node: VariableNode): void {
    const key = keyOf(node.parent);
    this.#most.set(key, (this.#most.get(key) ?? pageSize) + 5 * pageSize);
    this.#didChange.fire(node.parent);
  }

  async getChildren(parent?: VariableNode): Promise<VariableNode[]> {
    const shown = this.#shown;
    if (shown === undefined || parent?.kind === 'more') return [];
    const { signal } = this.#reading;
    try {
      const page = await readVariables(
        shown.viewpoint,
        {
          path: parent?.variable.path ?? [],
          most: this.#most.get(keyOf(parent)) ?? pageSize,
          filter: parent === undefined ? shown.filter : '',
        },
        signal,
      );
      if (parent === undefined) this.#didRead.fire(emptyMessage(shown, page?.total));
      if (page === undefined) return [];
      const left = page.total - page.variables.length;
      return [
        ...page.variables.map((variable): VariableNode => ({ kind: 'variable', variable, parent })),
        ...(left > 0 ? [{ kind: 'more' as const, parent, left }] : []),
      ];
    } catch (error) {
      // Of a look that was overtaken by another nobody wants to know.
      if (!signal.aborted) this.#didRead.fire(explainLook(error));
      return [];
    }
  }

  getParent(node: VariableNode): VariableNode | undefined {
    return node.parent;
  }

  getTreeItem(node: VariableNode): vscode.TreeItem {
    return node.kind === 'more' ? this.#more(node) : this.#variable(node);
  }

  dispose(): void {
    this.#reading.abort();
    this.#didChange.dispose();
    this.#didRead.dispose();
  }

  #variable(node: VariableNode & { kind: 'variable' }): vscode.TreeItem {
    const { variable } = node;
    const mark = variable.path.length === 1 ? this.#shown?.marks.get(variable.name) : undefined;
    const uri = markUri(mark, variable.name);
    const collapsed = vscode.TreeItemCollapsibleState;
    const item = new vscode.TreeItem(
      variable.name,
      variable.children > 0 ? collapsed.Collapsed : collapsed.None,
    );
    // Stays the same when it is read anew, so that what is open stays open.
    item.id = `${this.#shown?.viewpoint.session.name}/${this.#shown?.viewpoint.at ?? ''}/${keyOf(node)}`;
    item.description = describe(variable, words());
    item.tooltip = tooltipOf(variable);
    item.iconPath = new vscode.ThemeIcon(iconOf(variable));
    item.contextValue = variable.table ? 'variable table' : 'variable';
    item.accessibilityInformation = { label: speak(variable, mark, words()) };
    if (uri !== undefined) item.resourceUri = uri;
    if (variable.table)
      item.command = {
        command: 'hindsight.openTable',
        title: vscode.l10n.t('Open as Table'),
        arguments: [node],
      };
    return item;
  }

  #more(node: VariableNode & { kind: 'more' }): vscode.TreeItem {
    const item = new vscode.TreeItem(vscode.l10n.t('{0} more…', node.left.toLocaleString('en')));
    item.id = `${this.#shown?.viewpoint.at ?? ''}/${keyOf(node.parent)}/more`;
    item.command = {
      command: 'hindsight.moreVariables',
      title: vscode.l10n.t('Show More'),
      arguments: [node],
    };
    return item;
  }
}

function keyOf(node: VariableNode | undefined): string {
  return node?.kind === 'variable' ? node.variable.path.join('/') : '';
}

function emptyMessage({ filter, viewpoint }: Shown, total: number | undefined): string {
  if (total === undefined)
    return vscode.l10n.t('Variables are shown here once a session runs: send it some code.');
  if (total > 0) return '';
  if (filter !== '') return vscode.l10n.t('No name or type contains “{0}”.', filter);
  return viewpoint.at === undefined
    ? vscode.l10n.t('The session has no variables yet.')
    : vscode.l10n.t('There were no variables in this state.');
}

function tooltipOf({
  name,
  type,
  shape,
  dtype,
  length,
  size_bytes: size,
  value,
}: Variable): vscode.MarkdownString {
  const facts = [
    type,
    ...(shape === undefined ? [] : [`(${shape.join(', ')})`]),
    ...(dtype === undefined ? [] : [dtype]),
    ...(length === undefined || shape !== undefined ? [] : [words().items(length)]),
    ...(size === undefined ? [] : [describeSize(size)]),
  ];
  return new vscode.MarkdownString()
    .appendMarkdown(`**${name.replace(/[\\`*_{}[\]()#+\-.!<>|~]/g, '\\$&')}** `)
    .appendText(facts.join(' · '))
    .appendCodeblock(value, 'python');
}

function words(): VariableWords {
  return {
    size: describeSize,
    items: (count) =>
      count === 1 ? vscode.l10n.t('1 item') : vscode.l10n.t('{0} items', count.toLocaleString('en')),
    changed: vscode.l10n.t('changed by the last run'),
    added: vscode.l10n.t('added by the last run'),
  };
}

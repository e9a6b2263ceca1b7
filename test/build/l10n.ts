/**
 * The extension's texts for translators: those of the manifest and those of the code.
 *
 * The manifest's are written by hand in client/l10n/package.nls.json, and VS Code wants them beside package.json, so
 * the build copies them there. The code's are collected from its calls of `l10n.t` into bundle.l10n.json; a
 * translation is `bundle.l10n.<language>.json` and `package.nls.<language>.json` beside them.
 */
import { globSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../tools/paths.ts';
import { replaceFile } from './bundles.ts';

const folder = join(root, 'client', 'l10n');

/** Where the bundle of the code's texts is kept. */
export const bundlePath = join(folder, 'bundle.l10n.json');

/** Copies the manifest's texts, and their translations, to where VS Code reads them. */
export async function copyManifestTexts(): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^package\.nls(\.[\w-]+)?\.json$/.test(name));
  for (const name of names) await replaceFile(join(root, name), await readFile(join(folder, name)));
}

/**
 * The bundle of the texts in client/, as JSON: each text is its own key, in alphabetical order.
 *
 * @throws {Error} when a call of `l10n.t` has something other than a literal text, which nobody could translate.
 */
export async function renderBundle(): Promise<string> {
  const texts = new Set<string>();
  for (const file of globSync('client/**/*.ts', { cwd: root })) {
    for (const text of textsOf(file, await readFile(join(root, file), 'utf8'))) texts.add(text);
  }
  const sorted = [...texts].sort((one, other) => (one < other ? -1 : 1));
  return `${JSON.stringify(Object.fromEntries(sorted.map((text) => [text, text])), undefined, 2)}\n`;
}

/** The literal texts that a file hands to `l10n.t`, in their order. Throws as {@link renderBundle} does. */
export function textsOf(file: string, source: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTranslation(node.expression)) texts.push(literalOf(node, file));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(file, source, ts.ScriptTarget.Latest));
  return texts;
}

/** `l10n.t` and `vscode.l10n.t`. */
function isTranslation(callee: ts.Expression): boolean {
  if (!ts.isPropertyAccessExpression(callee) || callee.name.text !== 't') return false;
  const owner = callee.expression;
  return (
    (ts.isIdentifier(owner) && owner.text === 'l10n') ||
    (ts.isPropertyAccessExpression(owner) && owner.name.text === 'l10n')
  );
}

function literalOf(call: ts.CallExpression, file: string): string {
  const [text] = call.arguments;
  if (text !== undefined && ts.isStringLiteralLike(text)) return text.text;
  throw new Error(`${file}: l10n.t takes a literal text, so that it can be translated`);
}

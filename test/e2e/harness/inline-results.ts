/** The results at the ends of lines, which VS Code draws as the content of pseudo-elements. */
import type { Locator } from 'playwright-core';
import { plainSpaces, type VSCode } from './vscode.ts';

/** One result: its words, and whether it is struck through. */
export type InlineResult = { readonly text: string; readonly isStale: boolean };

/** The results in view in the editor of a file, from the top. */
export async function inlineResults(vscode: VSCode, name: string): Promise<readonly InlineResult[]> {
  const drawn = await vscode
    .editor(name)
    .locator('.view-line span')
    .evaluateAll((spans) =>
      spans.map((span) => {
        // This function runs in the page, whose types are not those of the tests.
        const { content, textDecorationLine } = Reflect.get(globalThis, 'getComputedStyle')(span, '::after');
        return { content: String(content), isStale: String(textDecorationLine).includes('line-through') };
      }),
    );
  return drawn
    .filter(({ content }) => /^"[⇒✗]/.test(content))
    .map(({ content, isStale }) => ({ text: plainSpaces(content.slice(1, -1)), isStale }));
}

/** Where the first result of a line is drawn; for resting the mouse on it. */
export function inlineResultOf(vscode: VSCode, name: string, code: string): Locator {
  return vscode
    .editor(name)
    .locator('.view-line')
    .filter({ hasText: code })
    .locator('span[class*="ced-"]')
    .last();
}

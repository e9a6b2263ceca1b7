/**
 * What a person sees of VS Code's debugger: its toolbar, the line at which it stands, variables, the call stack, and the
 * strip of the Time view, which is a page in a frame.
 */
import type { Frame, Locator } from 'playwright-core';
import { appears, plainSpaces, type VSCode } from './vscode.ts';
import { waitUntil } from './wait.ts';

/** The debugger of a window. */
export class Debugger {
  readonly #vscode: VSCode;

  constructor(vscode: VSCode) {
    this.#vscode = vscode;
  }

  /** Presses a button of the debug toolbar, by the beginning of its label: `Step Back`. */
  async press(label: string): Promise<void> {
    await this.button(label).click();
  }

  button(label: string): Locator {
    return this.#vscode.page.locator(`.debug-toolbar .action-item a[aria-label^="${label}"]`);
  }

  /** Toggles a breakpoint in the line of the focused editor. */
  async toggleBreakpoint(line: number): Promise<void> {
    await this.#vscode.goToLine(line);
    await this.#vscode.press('F9');
  }

  /** The number of the line at which it stands in an editor in view; undefined while it runs. */
  async line(): Promise<number | undefined> {
    const { page } = this.#vscode;
    const mark = page.locator('.editor-instance .debug-top-stack-frame-line').first();
    const top = await mark.evaluate(topOf, undefined, { timeout: 500 }).catch(() => undefined);
    return top === undefined ? undefined : this.#lineAt(top);
  }

  /** Waits until the line, counted from 1, is marked that Step Back would undo. */
  async waitForLineBefore(number: number): Promise<void> {
    const { page } = this.#vscode;
    await waitUntil(`the mark at line ${number}`, async () => {
      const icons = page.locator('.editor-instance .glyph-margin-widgets .cgmr');
      const tops = await icons.evaluateAll((elements) =>
        elements
          .filter((element) =>
            String(Reflect.get(globalThis, 'getComputedStyle')(element).backgroundImage).includes(
              'line-before.svg',
            ),
          )
          .map((element) => Math.round(Reflect.get(element, 'getBoundingClientRect').call(element).top)),
      );
      const [top] = tops;
      return top !== undefined && (await this.#lineAt(top)) === number;
    });
  }

  async #lineAt(top: number): Promise<number | undefined> {
    const { page } = this.#vscode;
    // The numbers are drawn apart from the lines, at the same heights.
    const numbers = await page.locator('.editor-instance .line-numbers').evaluateAll((elements) =>
      elements.map((element) => ({
        top: Math.round(Reflect.get(element, 'getBoundingClientRect').call(element).top),
        text: String(Reflect.get(element, 'textContent')),
      })),
    );
    const found = numbers.find((number) => Math.abs(number.top - top) <= 2);
    return found === undefined ? undefined : Number(found.text);
  }

  /** Waits until it stands at a line, counted from 1. */
  async waitForLine(number: number): Promise<void> {
    let seen = 'nowhere';
    await waitUntil(
      () => `the debugger at line ${number}; it stands at ${seen}`,
      async () => {
        const line = await this.line();
        if (line !== undefined) seen = `line ${line}`;
        return line === number;
      },
    );
  }

  /** The row of a variable in the debug view, by its name. */
  variable(name: string): Locator {
    return this.#vscode.page
      .locator('[role="tree"][aria-label="Debug Variables"] .monaco-list-row')
      .and(this.#vscode.page.locator(`[aria-label^="${name},"]`))
      .first();
  }

  /** Waits until a variable is shown with a value; opens a scope that is closed. */
  async waitForVariable(name: string, value: string | RegExp): Promise<void> {
    const closed = this.#vscode.page.locator('.monaco-list-row[aria-label^="Scope "][aria-expanded="false"]');
    const variable = this.variable(name).filter({ hasText: value });
    await waitUntil(`${name} with the value ${value}`, async () => {
      if (await appears(variable)) return true;
      // VS Code opens the first one by itself, unless the frames have come twice meanwhile.
      await closed
        .first()
        .click({ timeout: 1000 })
        .catch(() => {});
      return false;
    });
  }

  /** Waits until a function is in the call stack, in a place of this name. */
  async waitForFrame(name: string, place: string): Promise<void> {
    await this.#vscode.page
      .locator('.debug-call-stack .stack-frame')
      .filter({ hasText: name })
      .filter({ hasText: place })
      .first()
      .waitFor();
  }

  /** Chooses an entry of the menu of a variable. */
  async choose(name: string, entry: string): Promise<void> {
    await this.#settled(name);
    await this.variable(name).click({ button: 'right' });
    const item = this.#vscode.page.locator('.monaco-menu .action-item').filter({ hasText: entry }).first();
    await item.waitFor();
    await item.click({ delay: 80 });
  }

  // After a stop the rows come one scope after the other, and the mouse would meet another one.
  async #settled(name: string): Promise<void> {
    let before = '';
    await waitUntil(`the row of ${name} to stay where it is`, async () => {
      const place = JSON.stringify(await this.variable(name).boundingBox());
      const stays = place !== 'null' && place === before;
      before = place;
      await this.#vscode.page.waitForTimeout(stays ? 0 : 200);
      return stays;
    });
  }

  /** Gives a variable another value, as a person does: by a double click and typing. */
  async setVariable(name: string, value: string): Promise<void> {
    await this.#settled(name);
    await this.variable(name).locator('.value').first().dblclick();
    const field = this.#vscode.page
      .locator('[role="tree"][aria-label="Debug Variables"] .inputBoxContainer input')
      .first();
    await field.fill(value);
    await field.press('Enter');
  }

  /** The page of the history of a value that is in view. */
  async history(): Promise<Frame> {
    return await this.#frameWith('the history of a value', 'table tbody tr');
  }

  /** The page of the Time view. */
  async timeView(): Promise<Frame> {
    return await this.#frameWith('the Time view', '.strip');
  }

  /** Waits until the Time view says that it stands there. */
  async waitForPosition(expected: RegExp): Promise<string> {
    const frame = await this.timeView();
    let seen = '';
    return await waitUntil(
      () => `the Time view to say ${expected}; it says: ${seen}`,
      async () => {
        seen = plainSpaces(
          await frame
            .locator('.where')
            .innerText()
            .catch(() => ''),
        );
        return expected.test(seen) ? seen : undefined;
      },
    );
  }

  async #frameWith(what: string, selector: string): Promise<Frame> {
    return await waitUntil(what, async () => {
      for (const frame of this.#vscode.page.frames()) {
        const found = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (found > 0) return frame;
      }
      return undefined;
    });
  }
}

/** Runs in the page, whose types are not those of the tests. */
function topOf(element: object): number {
  return Math.round(Reflect.get(element, 'getBoundingClientRect').call(element).top);
}

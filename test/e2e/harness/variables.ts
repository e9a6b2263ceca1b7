/** What a person sees of the view "Variables" in the side bar, and of tables in editors: pages in frames. */
import type { Frame, Locator } from 'playwright-core';
import { plainSpaces, type VSCode } from './vscode.ts';
import { waitUntil } from './wait.ts';

/** The view "Variables" of a window. */
export class Variables {
  readonly #vscode: VSCode;

  constructor(vscode: VSCode) {
    this.#vscode = vscode;
  }

  /** Opens the side bar on it. */
  async open(): Promise<void> {
    await this.#vscode.page.locator('.activitybar .action-item a[aria-label^="Hindsight"]').first().click();
    await this.#pane().waitFor();
  }

  /** The rows in view. */
  rows(): Locator {
    return this.#pane().locator('.monaco-list-row');
  }

  /** The row of a variable, or of a part of one. */
  row(name: string): Locator {
    return this.rows()
      .filter({
        has: this.#vscode.page.locator('.label-name', { hasText: new RegExp(`^${escaped(name)}$`) }),
      })
      .first();
  }

  /** Waits until what is said of the rows, one a line, matches. */
  async waitForRows(expected: RegExp): Promise<void> {
    let seen = '';
    await waitUntil(
      () => `variables ${expected}; there are:\n${seen}`,
      async () => {
        seen = (await this.spoken()).join('\n');
        return expected.test(seen);
      },
    );
  }

  /** What a screen reader says of each row in view. */
  async spoken(): Promise<readonly string[]> {
    const rows = await this.rows().all();
    // A row that has gone meanwhile says nothing.
    const said = rows.map((row) => row.getAttribute('aria-label', { timeout: 1000 }).catch(() => null));
    return (await Promise.all(said)).map((text) => plainSpaces(text ?? ''));
  }

  /** The text above the rows. */
  message(): Locator {
    return this.#pane().locator('.message');
  }

  /** Opens or closes what a variable holds. */
  async toggle(name: string): Promise<void> {
    await this.row(name).locator('.monaco-tl-twistie').click();
  }

  /** Presses a button of the view's title, which comes with the mouse. */
  async press(label: string): Promise<void> {
    await this.#pane().locator('.pane-header').hover();
    await this.#pane().locator(`.actions a[aria-label^="${label}"]`).first().click();
  }

  /** What the view's header says. */
  async title(): Promise<string> {
    return plainSpaces(await this.#pane().locator('.pane-header').innerText());
  }

  #pane(): Locator {
    return this.#vscode.page
      .locator('.pane')
      .filter({ has: this.#vscode.page.locator('.pane-header[aria-label^="Variables"]') });
  }
}

/** The page of the table in front, once it shows a cell. */
export function tablePage(vscode: VSCode): Promise<Frame> {
  return frameWith(vscode, '.grid .cell:not(.unknown)');
}

/** The frame of the page that shows something of this selector. */
export function frameWith(vscode: VSCode, selector: string): Promise<Frame> {
  return waitUntil(`${selector} in a frame`, async () => {
    for (const frame of vscode.page.frames()) {
      const found = frame.locator(selector).filter({ visible: true });
      if ((await found.count().catch(() => 0)) > 0) return frame;
    }
    return undefined;
  });
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

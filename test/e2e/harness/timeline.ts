/** What a person sees of the Timeline in the side bar: its rows, and the details below. It is a page in a frame. */
import type { Frame, Locator } from 'playwright-core';
import type { VSCode } from './vscode.ts';
import { waitUntil } from './wait.ts';

/** The Timeline of a window. */
export class Timeline {
  readonly #vscode: VSCode;

  constructor(vscode: VSCode) {
    this.#vscode = vscode;
  }

  /** Opens the side bar on it, and waits until it has a row. */
  async open(): Promise<void> {
    await this.#vscode.page.locator('.activitybar .action-item a[aria-label^="Hindsight"]').first().click();
    await (await this.rows()).first().waitFor();
  }

  /** Its rows that are drawn, newest first. */
  async rows(): Promise<Locator> {
    return (await this.#frame()).locator('.row');
  }

  /** The first row with this text. */
  async row(text: string | RegExp): Promise<Locator> {
    return (await this.rows()).filter({ hasText: text }).first();
  }

  /** What a screen reader says of each row. */
  async spoken(): Promise<readonly string[]> {
    const rows = await (await this.rows()).all();
    return await Promise.all(rows.map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  /** Waits until what is said of the rows, one a line, matches. */
  async waitForRows(expected: RegExp): Promise<void> {
    let seen = '';
    await waitUntil(
      () => `rows ${expected}; there are:\n${seen}`,
      async () => {
        seen = (await this.spoken().catch(() => [])).join('\n');
        return expected.test(seen);
      },
    );
  }

  /** Presses a button of a row, which comes with the mouse. */
  async press(text: string | RegExp, label: string): Promise<void> {
    const row = await this.row(text);
    await row.hover();
    await row.getByRole('button', { name: label }).click();
  }

  /** The list itself, for keys. */
  async list(): Promise<Locator> {
    return (await this.#frame()).locator('.list');
  }

  /** What stands below the list once a state is selected. */
  async details(): Promise<Locator> {
    return (await this.#frame()).locator('.details');
  }

  #frame(): Promise<Frame> {
    return waitUntil('the Timeline', async () => {
      for (const frame of this.#vscode.page.frames()) {
        const count = await frame
          .locator('.list[role="listbox"] .row')
          .count()
          .catch(() => 0);
        if (count > 0) return frame;
      }
      return undefined;
    });
  }
}

/** What a person is asked in a window: in dialogs, in notifications, and by lists to choose from. */
import type { Locator } from 'playwright-core';
import { plainSpaces, type VSCode } from './vscode.ts';

/** The questions of a window. */
export class Questions {
  readonly #vscode: VSCode;

  constructor(vscode: VSCode) {
    this.#vscode = vscode;
  }

  /** The dialog that says this and has to be answered before anything else can be done. */
  dialog(text: string | RegExp): Locator {
    return this.#vscode.page.locator('.monaco-dialog-box').filter({ hasText: text });
  }

  /** Waits for a dialog that says this, presses a button of it, and answers all that it said. */
  async answer(text: string | RegExp, button: string): Promise<string> {
    const dialog = this.dialog(text);
    await dialog.waitFor();
    const said = plainSpaces(await dialog.innerText());
    await dialog.getByRole('button', { name: button, exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });
    return said;
  }

  /** The notification that says this. */
  notification(text: string): Locator {
    return this.#vscode.notifications().filter({ hasText: text }).first();
  }

  /** Presses a button of the notification that says this, once it is there. */
  async press(text: string, button: string): Promise<void> {
    await this.notification(text).getByRole('button', { name: button, exact: true }).click();
  }

  /** The rows of the list that say this. */
  rows(text: string): Locator {
    return this.#vscode.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: text });
  }

  /** Chooses the first row that says this. */
  async pick(text: string): Promise<void> {
    await this.rows(text).first().click();
  }
}

/**
 * A person at VS Code: opens a workspace in a browser, presses keys, looks at the page.
 *
 * Every action is one that a person could do, and every wait is for something that a person could see. Knows VS Code's
 * workbench; what notebooks add to it is in notebook.ts.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { chromium, type Locator, type Page } from 'playwright-core';
import { results } from '../../tools/paths.ts';
import { patienceMs } from './patience.ts';
import { readShared, writePythonSetting } from './server.ts';
import { waitUntil } from './wait.ts';

/** What stands in the workspace, by relative path, and its settings. */
export type WorkspaceOptions = {
  readonly files: Readonly<Record<string, string>>;
  readonly settings?: Readonly<Record<string, unknown>>;
  /** An interpreter other than the one that all tests share, as the machine's setting names it. */
  readonly python?: string;
};

const retryMs = 3000;

const browserArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** A window of VS Code on a workspace of its own. Whoever opens it closes it; `await using` does. */
export class VSCode {
  /** The window. For looking at what these methods do not cover. */
  readonly page: Page;
  /** The workspace's folder on disk, absolute. */
  readonly folder: string;
  readonly #close: () => Promise<void>;
  readonly #url: string;

  private constructor(close: () => Promise<void>, page: Page, folder: string, url: string) {
    this.#close = close;
    this.page = page;
    this.folder = folder;
    this.#url = url;
  }

  /**
   * Opens a window on a new workspace with these files, and waits until it can be worked in.
   *
   * @throws {Error} when no server was prepared: end-to-end tests run by `npm test -- e2e`.
   */
  static async open({ files, settings = {}, python }: WorkspaceOptions): Promise<VSCode> {
    const shared = readShared();
    // Each window starts from the same; a test may have chosen another interpreter.
    await writePythonSetting(shared.dataFolder, python ?? shared.python);
    const folder = await mkdtemp(join(tmpdir(), 'hs-workspace-'));
    await writeFiles(folder, { ...files, '.vscode/settings.json': JSON.stringify(settings, undefined, 2) });
    const browser = await chromium.launch({ executablePath: shared.chromium, args: browserArguments });
    const close = async (): Promise<void> => {
      await browser.close();
      await rm(folder, { recursive: true, force: true });
    };
    const context = await browser.newContext({ viewport: { width: 1400, height: 900 } });
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: shared.url });
    const page = await context.newPage();
    page.setDefaultTimeout(patienceMs);
    const window = new VSCode(close, page, folder, `${shared.url}/?folder=${encodeURIComponent(folder)}`);
    await page.goto(window.#url);
    await window.#ready();
    return window;
  }

  /**
   * Reloads the window by its command, and waits until it can be worked in again. VS Code keeps its open editors before
   * it goes, which a reload by the browser would not wait for.
   */
  async reload(): Promise<void> {
    const loaded = this.page.waitForEvent('load');
    await this.command('Developer: Reload Window');
    await loaded;
    await this.#ready();
  }

  /** Opens one more window on the same workspace, as the same person. The first one is closed last. */
  async openWindow(): Promise<VSCode> {
    const page = await this.page.context().newPage();
    page.setDefaultTimeout(patienceMs);
    const close = async (): Promise<void> => {
      await page.close();
      // A page that a browser thinks is out of sight draws little.
      await this.page.bringToFront();
    };
    const window = new VSCode(close, page, this.folder, this.#url);
    await page.goto(this.#url);
    await window.#ready();
    return window;
  }

  /** Closes the window for good; the first one removes the workspace, too. What the extension left running goes on. */
  async close(): Promise<void> {
    await this.#close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Replaces the settings of the workspace; VS Code watches them. */
  async writeSettings(settings: Readonly<Record<string, unknown>>): Promise<void> {
    await writeFiles(this.folder, { '.vscode/settings.json': JSON.stringify(settings, undefined, 2) });
  }

  /** Opens a file of the workspace by its name (without folders), through quick open; its editor has the focus then. */
  async openFile(name: string): Promise<void> {
    // The files that were open last stand there before the search has an answer: Enter takes the marked row.
    const row = this.page
      .locator('.quick-input-list .monaco-list-row.focused')
      .filter({ hasText: name })
      .first();
    // Whatever still takes the focus at this moment closes quick open again.
    await waitUntil('quick open', async () => {
      await this.page.keyboard.press('Control+P');
      const isOpen = await this.quickInput()
        .fill(name, { timeout: 2000 })
        .then(
          () => true,
          () => false,
        );
      return isOpen && (await appears(row));
    });
    await this.page.keyboard.press('Enter');
    await this.page.locator(`.tab.active[data-resource-name="${name}"]`).waitFor();
    await this.quickInput().waitFor({ state: 'hidden' });
    if (name.endsWith('.ipynb'))
      await this.page.locator('.notebookOverlay').filter({ visible: true }).first().waitFor();
    else await this.#focused(name).waitFor();
  }

  /** Runs a command by its title, as the palette shows it: `Hindsight: Run Selection`. Waits until the palette is gone. */
  async command(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row').filter({ hasText: title }).first();
    // The palette keeps what it offered when it was opened, which can be before an editor's language is known.
    await waitUntil(`the command '${title}'`, async () => {
      await this.page.keyboard.press('F1');
      // A key that is pressed while VS Code moves the focus can be lost.
      const isOpen = await this.quickInput()
        .fill(`>${title}`, { timeout: retryMs })
        .then(
          () => true,
          () => false,
        );
      if (isOpen && (await appears(row))) return true;
      await this.page.keyboard.press('Escape');
      return false;
    });
    await row.click();
    await row.waitFor({ state: 'hidden' });
  }

  /** The titles that the palette offers for a text. Leaves the palette closed. */
  async commandsFor(text: string): Promise<readonly string[]> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${text}`);
    const rows = this.page.locator('.quick-input-list .monaco-list-row .label-name');
    await rows.first().waitFor();
    const titles = await rows.allInnerTexts();
    await this.page.keyboard.press('Escape');
    await this.quickInput().waitFor({ state: 'hidden' });
    return titles;
  }

  /** Clicks a code lens with this title, counted from 0, as a hand does: VS Code can miss a press that is let go at once. */
  async clickLens(title: string, index = 0): Promise<void> {
    const lenses = this.page.locator('.codelens-decoration a').filter({ hasText: title });
    await lenses.nth(index).click({ delay: 80 });
  }

  /** The text field of quick open, of the palette and of quick picks. */
  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input.input');
  }

  /** The text editor of a file, by its name. */
  editor(name: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor[data-uri$="/${name}"]`);
  }

  /** The editor of a file while the keyboard's input goes there, and not to a cell of a notebook beside it. */
  #focused(name: string): Locator {
    return this.page.locator(`.editor-instance .monaco-editor.focused[data-uri$="/${name}"]`);
  }

  /** Puts the cursor at the start of a line (counted from 1) of the focused editor. */
  async goToLine(line: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.quickInput().fill(`:${line}`);
    // VS Code offers the line as an entry a moment later; before that Enter does nothing.
    await this.page
      .locator('.quick-input-list .monaco-list-row')
      .filter({ hasText: String(line) })
      .first()
      .waitFor();
    await this.page.keyboard.press('Enter');
    await this.quickInput().waitFor({ state: 'hidden' });
    await this.page.keyboard.press('Home');
  }

  /** Selects whole lines of the focused editor by keyboard, both counted from 1 and included. */
  async selectLines(first: number, last: number): Promise<void> {
    await this.goToLine(first);
    for (let line = first; line < last; line += 1) await this.page.keyboard.press('Shift+ArrowDown');
    await this.page.keyboard.press('Shift+End');
  }

  /** Types at the cursor, a key at a time, as a person does: completion and auto-closing happen. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: 20 });
  }

  /** Presses a key or a chord in Playwright's notation, such as `Shift+Enter`. */
  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** The text of the editor's lines in view, with no-break spaces as spaces. */
  async editorText(name: string): Promise<string> {
    return plainSpaces(await this.editor(name).locator('.view-lines').innerText());
  }

  /** Rests the mouse on the first place where a word stands in an editor, and answers the text of the hover. */
  async hover(name: string, word: string, expected: string | RegExp): Promise<string> {
    const token = this.editor(name).locator('.view-line span > span').filter({ hasText: word }).first();
    await token.hover();
    const hover = this.page
      .locator('.monaco-hover:not(.hidden) .hover-contents')
      .filter({ hasText: expected })
      .first();
    await hover.waitFor();
    return plainSpaces(await hover.innerText());
  }

  /** The suggestions shown at the cursor, once one with this label is among them. */
  async suggestions(expected: string): Promise<readonly string[]> {
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await rows.filter({ hasText: expected }).first().waitFor();
    return rows.locator('.label-name').allInnerTexts();
  }

  /** The texts of the status bar's entries. */
  async statusBar(): Promise<readonly string[]> {
    const texts = await this.page.locator('.statusbar-item').allInnerTexts();
    return texts.map((text) => plainSpaces(text).trim()).filter((text) => text !== '');
  }

  /** Waits until an entry of the status bar shows this. */
  async waitForStatus(text: string | RegExp): Promise<void> {
    await this.page.locator('.statusbar-item').filter({ hasText: text }).first().waitFor();
  }

  /** The notifications in view. */
  notifications(): Locator {
    return this.page.locator('.notifications-toasts .notification-list-item');
  }

  /** Keeps a picture of the window as test/results/NAME.png and answers its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(results, `${name}.png`);
    await mkdir(results, { recursive: true });
    await this.page.screenshot({ path });
    return path;
  }

  /** Ready when the workbench stands and the extensions of this window run. */
  async #ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor();
    await this.page.locator('.explorer-viewlet, .activitybar').first().waitFor();
    await this.page.locator('.statusbar-item[id="status.host"]').waitFor();
  }
}

/** Whether something comes into view within the time in which a person would try again. */
export async function appears(locator: Locator): Promise<boolean> {
  return locator.waitFor({ timeout: retryMs }).then(
    () => true,
    () => false,
  );
}

async function writeFiles(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
}

/** VS Code shows spaces of code as no-break spaces. */
export function plainSpaces(text: string): string {
  return text.replaceAll('\u00a0', ' ');
}

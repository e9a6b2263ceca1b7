/**
 * What a person sees of a notebook in a window of VS Code: its cells, and their outputs.
 *
 * VS Code draws all outputs of a notebook in one sandboxed frame within a frame, so they are looked for in every
 * frame of the page. Knows nothing of Hindsight: the panel is a notebook like any other.
 */
import type { Frame, Locator } from 'playwright-core';
import { appears, plainSpaces, type VSCode } from './vscode.ts';
import { waitUntil } from './wait.ts';

/** The notebook of a window; the only one in view. */
export class Notebook {
  readonly #vscode: VSCode;

  constructor(vscode: VSCode) {
    this.#vscode = vscode;
  }

  /** Its code cells in view, in the order in which VS Code happened to draw them. */
  cells(): Locator {
    return this.#vscode.page
      .locator('.notebookOverlay .cell-list-container .code-cell-row')
      .filter({ visible: true });
  }

  /** The code of the cells in view, from the top, as far as it is drawn. */
  async cellTexts(): Promise<readonly string[]> {
    const places = await this.#places();
    const texts = await Promise.all(
      places.map((place) => this.#cell(place).locator('.cell-editor-container .view-lines').allInnerTexts()),
    );
    return texts.flat().map(plainSpaces);
  }

  /** Waits until a cell shows this code. */
  async waitForCell(text: string): Promise<void> {
    await waitUntil(`a cell with '${text}'`, async () =>
      (await this.cellTexts()).some((code) => code.includes(text)),
    );
  }

  /** Types into the last cell of a panel, which is empty; it may come into view only now. */
  async typeIntoPrompt(text: string): Promise<void> {
    await waitUntil(
      'an empty cell at the end',
      async () => ((await this.cellTexts()).at(-1) ?? '').trim() === '',
    );
    await this.typeInto(-1, text);
  }

  /** Puts the cursor into a cell's code, counted from 0, negative from the end, and types. */
  async typeInto(index: number, text: string): Promise<void> {
    // What is inserted or scrolls at this moment moves the others: then another one was clicked.
    await waitUntil(`the cursor in cell ${index}`, async () => {
      const place = (await this.#places()).at(index);
      if (place === undefined) return false;
      await this.#cell(place).locator('.cell-editor-container .monaco-editor').click();
      const focused = this.#cell(place).locator('.cell-editor-container .monaco-editor.focused');
      return (await this.#places()).at(index) === place && (await appears(focused));
    });
    await this.#vscode.type(text);
  }

  /** The places of the cells in view, from the top, counted from 0. */
  async #places(): Promise<readonly number[]> {
    const places = await this.cells().evaluateAll((rows) =>
      rows.map((row) => row.getAttribute('data-index')),
    );
    return [...new Set(places.map(Number))].sort((a, b) => a - b);
  }

  #cell(place: number): Locator {
    // Of two notebooks in one place, the one that was opened last is in front.
    return this.cells()
      .and(this.#vscode.page.locator(`[data-index="${place}"]`))
      .last();
  }

  /** The texts of all outputs drawn, from the top. Scripts that wait for input are part of it, by their label and value. */
  async outputTexts(): Promise<readonly string[]> {
    const frame = await this.#outputFrame();
    if (frame === undefined) return [];
    const outputs = await frame.locator('.output_container .output').all();
    const placed = await Promise.all(
      outputs.map(async (output) => ({
        top: (await output.boundingBox())?.y ?? 0,
        text: await output.innerText(),
      })),
    );
    return placed.sort((a, b) => a.top - b.top).map(({ text }) => plainSpaces(text));
  }

  /** Waits until the outputs, one after the other, contain or match this; answers all their text. */
  async waitForOutput(expected: string | RegExp): Promise<string> {
    let seen = '';
    return waitUntil(
      () => `output ${expected}; the outputs are:\n${seen}`,
      async () => {
        seen = (await this.outputTexts().catch(() => [])).join('\n');
        const found = typeof expected === 'string' ? seen.includes(expected) : expected.test(seen);
        return found ? seen : undefined;
      },
    );
  }

  /** Waits until something in the outputs matches a CSS selector (`table`, `img`, …), in view, and answers it. */
  async waitForInOutput(selector: string): Promise<Locator> {
    const found = await waitUntil(`${selector} among the outputs`, async () => {
      const locator = (await this.#outputFrame())?.locator(`.output_container ${selector}`).last();
      return locator !== undefined && (await locator.isVisible().catch(() => false)) ? locator : undefined;
    });
    return found;
  }

  /** Waits until a line between the cells says this; VS Code draws it in the frame of the outputs. */
  async waitForLine(text: string | RegExp): Promise<void> {
    await waitUntil(`the line '${text}'`, async () => {
      for (const frame of this.#vscode.page.frames()) {
        const line = frame.locator('#container').getByText(text).last();
        if (await line.isVisible().catch(() => false)) return true;
      }
      return false;
    });
  }

  /** Answers a prompt inside the outputs: types into the field of this label and presses Enter. */
  async answerInput(label: string, text: string): Promise<void> {
    const field = await waitUntil(`a field labelled '${label}'`, async () => {
      const locator = (await this.#outputFrame())?.getByLabel(label, { exact: false }).last();
      return locator !== undefined && (await locator.isVisible().catch(() => false)) ? locator : undefined;
    });
    await field.click();
    await field.pressSequentially(text, { delay: 20 });
    await field.press('Enter');
  }

  /** The innermost frame in view that holds outputs; undefined while none is drawn. A notebook behind another tab keeps its frame. A reload brings another one. */
  async #outputFrame(): Promise<Frame | undefined> {
    for (const frame of this.#vscode.page.frames().toReversed()) {
      const count = await frame
        .locator('.output_container')
        .count()
        .catch(() => 0);
      if (count > 0 && (await isInView(frame))) return frame;
    }
    return undefined;
  }
}

/** Whether a frame, and each around it, is in view. */
async function isInView(frame: Frame): Promise<boolean> {
  for (let inner: Frame | null = frame; inner?.parentFrame() != null; inner = inner.parentFrame()) {
    const element = await inner.frameElement().catch(() => undefined);
    if (element === undefined || !(await element.isVisible().catch(() => false))) return false;
  }
  return true;
}

/** Where things of this project are. Knows no tool and reads nothing. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout's own folder, without a trailing slash. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '');

/** What `npm run build` writes; the package carries exactly this. */
export const dist = join(root, 'dist');

/** Downloaded tools of tests and of `npm start`: VS Code for the browser, its data. Git-ignored. */
export const toolCache = join(root, '.vscode-test');

/** The project's own virtual environment with the Python libraries that tests use. Git-ignored. */
export const venv = join(root, '.venv');

/** Screenshots and logs of test runs. Git-ignored. */
export const results = join(root, 'test', 'results');

/** The Node program that the project runs on: the one that runs this file. */
export const node = process.execPath;

/** Finds a Chromium for the end-to-end tests, and installs one by apt where that is possible. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { capture, mustRun } from './process.ts';

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome'];
const macApps = ['Google Chrome', 'Chromium'].map(
  (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
);

/** The browser named by HINDSIGHT_CHROMIUM, else one of the PATH; undefined when there is none. */
export function findChromium(): string | undefined {
  const chosen = process.env['HINDSIGHT_CHROMIUM'];
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const onPath = names.flatMap((name) => folders.map((folder) => join(folder, name)));
  return [...(chosen === undefined ? [] : [chosen]), ...onPath, ...macApps].find((path) => existsSync(path));
}

/**
 * The path of a Chromium, which apt installs where it is missing and we may (as root, or by sudo without a password).
 *
 * @throws {Error} that says what to install, when there is none and it cannot be installed from here.
 */
export async function ensureChromium(): Promise<string> {
  const present = findChromium();
  if (present !== undefined) return present;
  console.log('Installing Chromium by apt-get…');
  const prefix = await rootPrefix();
  const [command = 'apt-get', ...args] = [...prefix, 'apt-get'];
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun(command, [...args, 'update', '-qq'], { env });
  await mustRun(command, [...args, 'install', '-y', '-qq', 'chromium'], { env });
  const installed = findChromium();
  if (installed === undefined) throw new Error('apt-get installed chromium, but no browser is on the PATH');
  return installed;
}

async function rootPrefix(): Promise<readonly string[]> {
  const apt = await capture('apt-get', ['--version']).catch(() => undefined);
  const how = 'install Chromium or Chrome, or name one: HINDSIGHT_CHROMIUM=/path/to/chrome';
  if (apt?.code !== 0)
    throw new Error(`The end-to-end tests need Chromium, and there is no apt-get here: ${how}`);
  if (process.getuid?.() === 0) return [];
  const sudo = await capture('sudo', ['-n', 'true']).catch(() => undefined);
  if (sudo?.code === 0) return ['sudo', '-n'];
  throw new Error(
    `The end-to-end tests need Chromium, and it cannot be installed without a password: ${how}`,
  );
}

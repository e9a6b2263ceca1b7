/** The command `hindsight dap` itself: it speaks the protocol on its standard streams, and ends with them. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { startHindsight } from '../support/hindsight-command.ts';

function framed(message: object): string {
  const text = JSON.stringify(message);
  return `Content-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
}

test('hindsight dap answers an editor, and ends when the editor does', async (t) => {
  const child = startHindsight(t, ['dap', '--stdio'], { cwd: tmpdir() });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += String(chunk)));

  child.stdin.write(
    framed({
      seq: 1,
      type: 'request',
      command: 'initialize',
      arguments: { adapterID: 'x', pathFormat: 'path' },
    }),
  );
  while (!said.includes('supportsStepBack')) await once(child.stdout, 'data');
  child.stdin.end();
  const [code] = await once(child, 'exit');

  assert.equal(code, 0);
  assert.match(said, /^Content-Length: \d+\r\n\r\n\{.*"success":true/);
});

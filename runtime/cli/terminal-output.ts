/** Shows the events of an evaluation on a terminal: output where it belongs, errors as the language prints them. */
import type { Event } from '../protocol/events.ts';
import type { Program } from './program.ts';

/** Writes what an event says to a person; answers what it shows as text. Inputs are not its business. */
export function showEvent(event: Event, { stdout, stderr }: Pick<Program, 'stdout' | 'stderr'>): void {
  switch (event.type) {
    case 'output':
      (event.stream === 'stdout' ? stdout : stderr).write(event.data);
      return;
    case 'display':
      stdout.write(`${textOf(event)}\n`);
      return;
    case 'result':
      if (event.value !== undefined) stdout.write(`${event.repr ?? event.value}\n`);
      return;
    case 'error':
      stderr.write(
        event.traceback.length > 0
          ? `${event.traceback.join('\n')}\n`
          : `${event.exception_type}: ${event.exception_message}\n`,
      );
      return;
    case 'notice':
      stderr.write(`${event.message}\n`);
      return;
    default:
  }
}

function textOf({ data, mime_type: mimeType }: Event<'display'>): string {
  const text = data['text/plain'];
  return typeof text === 'string' ? text : `<${mimeType}>`;
}

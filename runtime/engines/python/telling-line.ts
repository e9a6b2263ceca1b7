/** The one line of a failed program's output that says most. It does not know what was started, or why. */

const mostCharacters = 300;
/** How Python ends a traceback, and how it says that it cannot even start. */
const pythonError = /^(Fatal Python error\b|([A-Za-z_]\w*\.)*[A-Za-z_]\w*(Error|Exception|Exit|Interrupt)\b)/;

/** The last line in which Python names an error; the first one of any other program. Empty where there is none. */
export function tellingLine(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.findLast((line) => pythonError.test(line)) ?? lines.find((line) => line !== '') ?? '';
  return telling.slice(0, mostCharacters);
}

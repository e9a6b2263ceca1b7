/** What core and the engines need of a logger; pino's has this shape. An event name and fields, not prose. */

type Write = (fields: object, event: string) => void;

export interface Logger {
  readonly debug: Write;
  readonly info: Write;
  readonly warn: Write;
  readonly error: Write;
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} };

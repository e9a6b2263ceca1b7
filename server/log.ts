/** What the parts of the language server need of a logger; where it writes is decided by who makes it. */

/** An event name and fields, as everywhere in Hindsight; never source text, never secrets. */
export interface Log {
  debug(event: string, fields: Readonly<Record<string, unknown>>): void;
  info(event: string, fields: Readonly<Record<string, unknown>>): void;
  warn(event: string, fields: Readonly<Record<string, unknown>>): void;
}

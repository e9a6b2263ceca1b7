/**
 * Who may come in over HTTP and WebSocket, decided in one place before any routing (design, section 7):
 * `Host` and `Origin` against lists of literals, then the token. The lists stand even with a good token: they are
 * what stops a web page that was made to resolve to this machine, or that opens a WebSocket across sites.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { tokenSubprotocolPrefix } from '../protocol/codec/subprotocol.ts';
import { ProtocolError } from '../protocol/errors.ts';

export interface GateSettings {
  readonly token: string;
  /** `host:port`, as a `Host` header says it. */
  readonly allowedHosts: readonly string[];
  /** As an `Origin` header says it, `https://example.org`. A request without one comes from no page. */
  readonly allowedOrigins: readonly string[];
}

/** Why a request must not come in: `forbidden-host`, `forbidden-origin`, `unauthorized`; undefined when it may. */
export function refusal(headers: IncomingHttpHeaders, settings: GateSettings): ProtocolError | undefined {
  const { host, origin } = headers;
  if (host === undefined || !settings.allowedHosts.includes(host.toLowerCase())) {
    return new ProtocolError(
      'forbidden-host',
      `the host '${host ?? ''}' is not allowed; connect to ${settings.allowedHosts.join(' or ')}`,
    );
  }
  if (origin !== undefined && !settings.allowedOrigins.includes(origin)) {
    return new ProtocolError(
      'forbidden-origin',
      `the origin '${origin}' is not allowed; start the runtime with --allow-origin ${origin} to allow it`,
    );
  }
  if (!tokensOf(headers).some((token) => isSame(token, settings.token))) {
    return new ProtocolError(
      'unauthorized',
      'the token is missing or wrong; send it as "Authorization: Bearer …"',
    );
  }
  return undefined;
}

/** The HTTP status of a refusal. */
export function statusOf(error: ProtocolError): 401 | 403 {
  return error.code === 'unauthorized' ? 401 : 403;
}

/** The ways to say this machine, with a port. */
export function loopbackHosts(port: number): string[] {
  return [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`];
}

function tokensOf(headers: IncomingHttpHeaders): string[] {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '')?.[1];
  const offered = (headers['sec-websocket-protocol'] ?? '').split(',').map((name) => name.trim());
  const inSubprotocol = offered
    .filter((name) => name.startsWith(tokenSubprotocolPrefix))
    .map((name) => name.slice(tokenSubprotocolPrefix.length));
  return bearer === undefined ? inSubprotocol : [bearer, ...inSubprotocol];
}

// Digests have one length, so that neither the length nor the place of a difference shows in the time.
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

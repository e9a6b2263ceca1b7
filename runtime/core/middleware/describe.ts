/** The operation `describe`: what this runtime is and can do, in one answer. */
import { ProtocolError } from '../../protocol/errors.ts';
import { operations } from '../../protocol/operations.ts';
import { formatVersion, isCompatible, protocolVersion } from '../../protocol/version.ts';
import { type Middleware, middlewareOf } from '../middleware.ts';
import type { SessionRegistry } from '../session-registry.ts';

/** What only the main program knows of the runtime. */
export interface RuntimeDescription {
  /** Of the runtime, as in package.json. */
  readonly version: string;
  readonly pid: number;
  /** Version of Node. */
  readonly node: string;
  readonly platform: string;
  /** Limits of the transports, beside those of core. */
  readonly limits?: Readonly<Record<string, number>>;
}

export function describeMiddleware(
  sessions: SessionRegistry,
  about: RuntimeDescription,
  limits: Readonly<Record<string, number>>,
  metrics: () => Record<string, unknown>,
): Middleware {
  const { limits: transportLimits, ...runtime } = about;
  return middlewareOf('describe', {
    describe({ version }) {
      if (version !== undefined && !isCompatible(version)) throw incompatible(formatVersion(version));
      return {
        version: protocolVersion,
        runtime,
        ops: describeOperations(),
        engines: Object.fromEntries(sessions.engines.map((engine) => [engine.name, engine.describe()])),
        limits: { ...limits, ...transportLimits },
        metrics: metrics(),
      };
    },
  });
}

function describeOperations(): Record<string, { doc: string; params: unknown; returns: unknown }> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, { doc, params, returns }]) => [name, { doc, params, returns }]),
  );
}

function incompatible(theirs: string): ProtocolError {
  const ours = formatVersion(protocolVersion);
  const message = `the client speaks version ${theirs} of the protocol and this runtime ${ours}; update the older of the two`;
  return new ProtocolError('protocol-version', message, { details: { version: protocolVersion } });
}

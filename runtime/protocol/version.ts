/** The version of the protocol, and the rule by which two sides are compatible. */

export interface ProtocolVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

export const protocolVersion: ProtocolVersion = { major: 1, minor: 0, patch: 0 };

/** True when the two sides can talk: their major versions are equal (design, section 3). */
export function isCompatible(theirs: ProtocolVersion, ours: ProtocolVersion = protocolVersion): boolean {
  return theirs.major === ours.major;
}

/** The version as text, `1.0.0`. */
export function formatVersion(version: ProtocolVersion): string {
  return `${version.major}.${version.minor}.${version.patch}`;
}

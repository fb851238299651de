/** The newest protocol version that this build speaks: `major.minor`. Within a major, versions only add. */
export const PROTOCOL_VERSION = '1.0';

/** Inclusive bounds, each `major.minor`. */
export interface VersionRange {
  readonly min: string;
  readonly max: string;
}

/** What this build can speak. `min` rises only when support for an older peer is dropped. */
export const SUPPORTED_VERSIONS: VersionRange = { min: '1.0', max: PROTOCOL_VERSION };

export interface Version {
  readonly major: number;
  readonly minor: number;
}

export type Negotiation =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly code: 'version_unsupported'; readonly upgrade: 'studio' | 'daemon'; readonly sentence: string };

const VERSION = /^(0|[1-9]\d{0,3})\.(0|[1-9]\d{0,3})$/;

/** `undefined` for anything but `major.minor` in plain decimal, each at most 9999. */
export function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  return match === null ? undefined : { major: Number(match[1]), minor: Number(match[2]) };
}

const compare = (a: Version, b: Version) => a.major - b.major || a.minor - b.minor;
const show = (range: VersionRange) => (range.min === range.max ? range.min : `${range.min} to ${range.max}`);

/**
 * Picks the newest version both sides speak: the lower of the two maxima, when it is not below either minimum.
 * Otherwise the side with the lower maximum is the one to upgrade. A malformed or inverted range counts as older than everything,
 * so that a daemon which cannot even say its version is told to upgrade.
 */
export function negotiateVersion(ranges: { readonly studio: VersionRange; readonly daemon: VersionRange }): Negotiation {
  const studio = parseRange(ranges.studio);
  const daemon = parseRange(ranges.daemon);
  if (studio === undefined) return unsupported(ranges, 'studio');
  if (daemon === undefined) return unsupported(ranges, 'daemon');
  const older = compare(studio.max, daemon.max) <= 0 ? 'studio' : 'daemon';
  const version = older === 'studio' ? studio.max : daemon.max;
  if (compare(version, studio.min) < 0 || compare(version, daemon.min) < 0) return unsupported(ranges, older);
  return { ok: true, version: `${version.major}.${version.minor}` };
}

function parseRange(range: VersionRange): { min: Version; max: Version } | undefined {
  const min = parseVersion(range.min);
  const max = parseVersion(range.max);
  return min !== undefined && max !== undefined && compare(min, max) <= 0 ? { min, max } : undefined;
}

function unsupported(ranges: { studio: VersionRange; daemon: VersionRange }, upgrade: 'studio' | 'daemon'): Negotiation {
  const whom = upgrade === 'daemon' ? 'Upgrade maestro on this machine, then connect again.' : 'Ask whoever runs the studio to upgrade it.';
  const sentence = `This daemon speaks protocol ${clip(ranges.daemon)} and the studio speaks ${clip(ranges.studio)}. ${whom}`;
  return { ok: false, code: 'version_unsupported', upgrade, sentence };
}

/** What the other side sent goes into a sentence only when it is a version. */
function clip(range: VersionRange): string {
  return parseRange(range) === undefined ? 'an unreadable version' : show(range);
}

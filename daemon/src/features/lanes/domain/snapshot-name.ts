/** Where a lane's snapshot is kept, and what its name says: `refs/maestro/snapshots/<task>/<time>-<why>-<four digits>/files`. */

export const SNAPSHOTS = 'refs/maestro/snapshots';

export interface SnapshotName {
  readonly taskId: string;
  /** The last part of the name without `files`: what a person types. */
  readonly name: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  /** Why it was taken: lower-case letters, digits and hyphens. */
  readonly why: string;
}

/** Names of earlier versions have no milliseconds: of two that were taken within a second, nothing said which was the newer. */
const FILES_REF = /^refs\/maestro\/snapshots\/([A-Za-z0-9][A-Za-z0-9-]{0,63})\/((\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})?Z-([a-z0-9][a-z0-9-]*)-[0-9a-f]{4})\/files$/;

/** The prefix of a new snapshot's refs. @param at milliseconds since the Unix epoch. @param unique four hexadecimal digits. */
export function snapshotPrefix(taskId: string, at: number, why: string, unique: string): string {
  const stamp = new Date(at).toISOString().replace(/[-:.]/g, '');
  return `${SNAPSHOTS}/${taskId}/${stamp}-${why}-${unique}`;
}

/** What the ref of a snapshot's files says; undefined for every other ref. */
export function readSnapshotName(ref: string): SnapshotName | undefined {
  const [, taskId = '', name = '', year, month, day, hour, minute, second, millisecond = '000', why = ''] = FILES_REF.exec(ref) ?? [];
  if (name === '') return undefined;
  const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`);
  return Number.isNaN(at.getTime()) ? undefined : { taskId, name, at: at.toISOString(), why };
}

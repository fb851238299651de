import type { ChangedFile, Finding, ReviewView } from '@maestro/protocol';
import { keyOf, lineAt } from './hunks.js';
import type { Hunk } from './hunks.js';

/** A finding, and whose it is. */
export interface Remark {
  readonly finding: Finding;
  readonly by: string;
  /** False: kept as evidence, the work had moved on. */
  readonly counted: boolean;
}

export interface PlacedRemarks {
  /** Under a line, by the name that the view knows it by. */
  readonly byLine: ReadonlyMap<string, readonly Remark[]>;
  /** Of the file, or of a line of it that the change does not show. */
  readonly ofFile: readonly Remark[];
}

/** What reviews said about this very head, blocking ones first. What was said of another head is about lines that may be others now. */
export function remarksOn(reviews: readonly ReviewView[], head: string): readonly Remark[] {
  const remarks = reviews.filter((review) => review.head === head).flatMap(({ findings, by, counted }) => findings.map((finding) => ({ finding, by, counted })));
  return remarks.toSorted((one, other) => rank(one) - rank(other));
}

const rank = ({ finding: { severity } }: Remark): number => (severity === 'blocking' ? 0 : 1);

/** Where the remarks on a file stand. */
export function placed(remarks: readonly Remark[], path: string, hunks: readonly Hunk[]): PlacedRemarks {
  const byLine = new Map<string, Remark[]>();
  const ofFile: Remark[] = [];
  for (const remark of remarks) {
    const { finding } = remark;
    if (finding.path === undefined || !isPath(finding.path, path)) continue;
    const change = finding.line === undefined ? undefined : lineAt(hunks, finding.line);
    if (change === undefined) ofFile.push(remark);
    else byLine.set(keyOf(change), [...(byLine.get(keyOf(change)) ?? []), remark]);
  }
  return { byLine, ofFile };
}

/** Remarks on no file, and on files that the change does not name. */
export function elsewhere(remarks: readonly Remark[], files: readonly Pick<ChangedFile, 'path'>[]): readonly Remark[] {
  return remarks.filter(({ finding: { path } }) => path === undefined || !files.some((file) => isPath(path, file.path)));
}

/** Reviewers write paths as they see them, also with `./` before them. */
function isPath(said: string, path: string): boolean {
  return said === path || said === `./${path}`;
}

/** Lines that are laid out without being asked for: in one file, and in all of them. */
const SHORT_FILE = 400;
const SHORT_CHANGE = 2_500;

/** Which files are open at first: the short ones that are there now, as long as all of them together stay quick to lay out. What has remarks is always open. */
export function openAtFirst(files: readonly ChangedFile[], remarks: readonly Remark[]): ReadonlySet<number> {
  let lines = 0;
  const open = new Set<number>();
  for (const [index, { path, status, added, removed, patch }] of files.entries()) {
    const size = (added ?? 0) + (removed ?? 0);
    const hasRemarks = remarks.some(({ finding }) => finding.path !== undefined && isPath(finding.path, path));
    if (!hasRemarks && (patch === null || status === 'deleted' || size > SHORT_FILE || lines + size > SHORT_CHANGE)) continue;
    lines += size;
    open.add(index);
  }
  return open;
}

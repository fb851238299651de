/**
 * The first release of each line in which a repository posing as a partial clone can no longer make git run its program during a
 * fetch, with the fixes that came along (CVE-2024-32002, -32004, -32465; git's release notes of 2024-05-14). Older lines got none.
 */
const FIXED_PATCH: ReadonlyMap<number, number> = new Map([
  [39, 4],
  [40, 2],
  [41, 1],
  [42, 2],
  [43, 4],
  [44, 1],
  [45, 1],
]);
const LAST_LISTED_MINOR = 45;

export type GitVersionCheck =
  | { readonly ok: true; readonly version: string }
  | { readonly ok: false; readonly version: string | null; readonly sentence: string };

/** @param text what `git version` prints, such as `git version 2.39.5 (Apple Git-154)`. */
export function checkGitVersion(text: string): GitVersionCheck {
  const match = /^git version (\d{1,4})\.(\d{1,4})(?:\.(\d{1,4}))?/.exec(text.trim());
  if (match === null) {
    return { ok: false, version: null, sentence: `git did not say its version (it said "${text.trim().slice(0, 80)}"). Install git 2.45.1 or later.` };
  }
  const major = Number(match[1]);
  const minor = Number(match[2]);
  const patch = Number(match[3] ?? '0');
  const version = `${major}.${minor}.${patch}`;
  if (major > 2 || (major === 2 && minor > LAST_LISTED_MINOR)) return { ok: true, version };
  const floor = major === 2 ? FIXED_PATCH.get(minor) : undefined;
  if (floor !== undefined && patch >= floor) return { ok: true, version };
  const wanted = floor === undefined ? '2.39.4, or the fixed release of a later line (2.45.1 is one)' : `2.${minor}.${floor}`;
  return {
    ok: false,
    version,
    sentence: `git ${version} can be made to run a program of the repository it reads from. Install git ${wanted} or later, then connect again.`,
  };
}

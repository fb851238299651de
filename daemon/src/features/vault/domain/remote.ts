/** What git says to and about a remote, read without believing more of it than needed. */

/**
 * Only transports that cannot be told to run a program: `https://host/…`, `ssh://[user@]host[:port]/…`, `user@host:path`.
 * (`ext::`, `file://` and local paths given as a URL are the classical ways in.)
 */
export function isAllowedRemoteUrl(url: string): boolean {
  if (url.length > 2_000 || [...url].some((character) => character <= ' ' || character === '\x7f')) return false;
  return (
    /^https:\/\/(?:[^/@\s]+@)?[A-Za-z0-9[][A-Za-z0-9.:[\]-]*\/.+$/.test(url) ||
    /^ssh:\/\/(?:[A-Za-z0-9._][A-Za-z0-9._-]*@)?[A-Za-z0-9[][A-Za-z0-9.:[\]-]*\/.+$/.test(url) ||
    /^[A-Za-z0-9._][A-Za-z0-9._-]*@[A-Za-z0-9][A-Za-z0-9.-]*:[^:-].*$/.test(url)
  );
}

/** One line of `git push --porcelain`. */
export interface PushedRef {
  /** ` ` moved, `+` forced, `-` deleted, `*` new, `=` was there already, `!` refused. */
  readonly flag: string;
  readonly to: string;
  readonly summary: string;
}

export function parsePushReport(stdout: string): readonly PushedRef[] {
  const refs: PushedRef[] = [];
  for (const line of stdout.split('\n')) {
    const match = /^([ +\-*=!t])\t([^\t]*)\t(.*)$/.exec(line);
    if (match === null) continue;
    const [, flag = '', pair = '', summary = ''] = match;
    refs.push({ flag, to: pair.slice(pair.lastIndexOf(':') + 1), summary });
  }
  return refs;
}

/** Why a ref was not moved. `race`: somebody else's push came first, as far as git can tell. */
export function pushRefusalKind(ref: PushedRef, stderr: string): 'lease' | 'race' | 'refused' {
  if (ref.summary.includes('(stale info)')) return 'lease';
  if (ref.summary.includes('(incorrect old value provided)') || ref.summary.includes('(failed to lock)')) return 'race';
  if (ref.summary.includes('(failed to update ref)')) return /is at [0-9a-f]+ but expected|reference already exists|Unable to create '/.test(stderr) ? 'race' : 'refused';
  return 'refused';
}

export type FetchProblem = { readonly kind: 'missing_ref'; readonly ref: string } | { readonly kind: 'raced' } | { readonly kind: 'shallow' } | { readonly kind: 'partial' } | { readonly kind: 'objects_refused' } | { readonly kind: 'other' };

/** `null` when nothing points to a problem. A shallow remote is one even when git ends with 0: it wrote no ref. */
export function fetchProblem(code: number | null, stderr: string): FetchProblem | null {
  if (/because shallow roots are not allowed to be updated|shallow update not allowed|attempt to fetch.*shallow/.test(stderr)) return { kind: 'shallow' };
  if (code === 0) return null;
  // Said by the other side, where nothing may be fetched in the middle of a fetch.
  if (/^remote: fatal: could not fetch [0-9a-f]+ from promisor remote/m.test(stderr)) return { kind: 'partial' };
  const missing = /couldn't find remote ref (\S+)/.exec(stderr);
  if (missing?.[1] !== undefined) return { kind: 'missing_ref', ref: missing[1] };
  // A ref of the vault's own, moved by another git of the daemon between two looks of this one. The remote's words all begin with `remote:`.
  if (/^error: cannot lock ref '[^']*': (is at [0-9a-f]+ but expected|reference already exists|unable to resolve reference|Unable to create ')/m.test(stderr)) return { kind: 'raced' };
  if (/fsck error|fsck_obj|error in object|did not send all necessary objects|index-pack (failed|died)|invalid index-pack output|bad pack|inflate/.test(stderr)) return { kind: 'objects_refused' };
  return { kind: 'other' };
}

const NOISE = /^(failed to push some refs|To |Done$|hint:|From |the remote end hung up|Everything up-to-date)/;

/** git's own sentence, for people: the lines that say something, without credentials and control characters, at most 400 characters. */
export function ownWords(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.replace(/^(remote: )?(fatal: |error: )?/, '').trim())
    .filter((line, index, all) => line !== '' && !NOISE.test(line) && all.indexOf(line) === index);
  const text = [...lines.join(' ')].map((character) => (character < ' ' || (character >= '\x7f' && character < '\xa0') ? ' ' : character)).join('');
  const clean = text.replace(/:\/\/[^/@\s]+@/g, '://');
  return clean.length > 400 ? `${clean.slice(0, 399)}…` : clean;
}

/**
 * The settings that git needs to reach the remote as the user does, from `git config --null --get-regexp '^(credential|http)\.'`.
 * Helpers keep the user's home, because they find their stores there; git itself does not get it.
 */
export function credentialSettings(listing: string, home: string): readonly string[] {
  return listing
    .split('\0')
    .filter((entry) => entry !== '')
    .flatMap((entry) => {
      const cut = entry.indexOf('\n');
      const key = cut < 0 ? entry : entry.slice(0, cut);
      const value = cut < 0 ? 'true' : entry.slice(cut + 1);
      if (!/^(credential|http)\./.test(key)) return [];
      return [`${key}=${key.endsWith('.helper') ? helperWithHome(value, home) : value}`];
    });
}

function helperWithHome(helper: string, home: string): string {
  // An empty value clears the list of helpers; it must stay empty.
  if (helper === '') return helper;
  const command = helper.startsWith('!') ? helper.slice(1) : helper.startsWith('/') ? helper : `git credential-${helper}`;
  return `!HOME='${home.replaceAll("'", `'\\''`)}'; export HOME; ${command}`;
}

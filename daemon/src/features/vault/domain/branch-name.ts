/** Why a branch name is refused; every reason is a sentence's end: "the branch name …". */
export type BranchNameProblem =
  | 'is empty'
  | 'is longer than 200 characters'
  | 'does not start with a letter or a digit'
  | 'has a character other than letters, digits, ".", "_", "/" and "-"'
  | 'has ".."'
  | 'has an empty part between slashes'
  | 'has a part that starts with "."'
  | 'has a part that ends with ".lock"'
  | 'ends with "." or "/"'
  | 'is HEAD';

/**
 * The names that Maestro gives to git or accepts from anybody. git itself accepts far more: shell syntax, spaces of Unicode, names
 * that look like another (`main` with a zero-width space). So this is git's check-ref-format, on an alphabet without surprises.
 *
 * @returns `null` when the name is fine.
 */
export function branchNameProblem(name: string): BranchNameProblem | null {
  if (name.length === 0) return 'is empty';
  if (name.length > 200) return 'is longer than 200 characters';
  if (!/^[A-Za-z0-9]/.test(name)) return 'does not start with a letter or a digit';
  if (!/^[A-Za-z0-9._/-]*$/.test(name) || name.includes('\n')) return 'has a character other than letters, digits, ".", "_", "/" and "-"';
  if (name.includes('..')) return 'has ".."';
  if (name.endsWith('/') || name.endsWith('.')) return 'ends with "." or "/"';
  if (name === 'HEAD') return 'is HEAD';
  for (const part of name.split('/')) {
    if (part === '') return 'has an empty part between slashes';
    if (part.startsWith('.')) return 'has a part that starts with "."';
    if (part.endsWith('.lock')) return 'has a part that ends with ".lock"';
  }
  return null;
}

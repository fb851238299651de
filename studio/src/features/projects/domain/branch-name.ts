/**
 * Whether Maestro accepts this as a branch's name: git's check-ref-format, on an alphabet without surprises. git itself takes far more,
 * such as shell syntax, spaces of Unicode, and `main` with a zero-width space in it.
 */
export function isBranchName(name: string): boolean {
  return (
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/.test(name) &&
    name !== 'HEAD' &&
    !name.includes('..') &&
    !/[./]$/.test(name) &&
    name.split('/').every((part) => part !== '' && !part.startsWith('.') && !part.endsWith('.lock'))
  );
}

import { refuse, Role } from '@maestro/protocol';
import type { Refused } from '@maestro/protocol';

/**
 * Whether somebody with `granter`'s roles may give or take these roles. Only an owner makes or unmakes owners; anybody else who manages
 * members may grant what they are or less.
 */
export function refuseRoles(granter: readonly Role[], roles: readonly Role[]): Refused | undefined {
  if (granter.includes(Role.owner) || !roles.includes(Role.owner)) return undefined;
  return refuse('forbidden', 'owner_needed', 'Only an owner can make somebody an owner, or change or remove one.');
}

/** A workspace without an owner could never be managed again. */
export function refuseLastOwner(isOwner: boolean, staysOwner: boolean, owners: number): Refused | undefined {
  if (!isOwner || staysOwner || owners > 1) return undefined;
  return refuse('conflict', 'last_owner', 'This is the last owner of the workspace. Make somebody else an owner first.');
}

import type { Role } from '@maestro/protocol';

/** Strongest first; what each may do, in a line. */
export const ROLES: readonly { readonly role: Role; readonly name: string; readonly may: string }[] = [
  { role: 'owner', name: 'Owner', may: 'Everything' },
  { role: 'admin', name: 'Admin', may: 'Members, skills and projects, and all that follows' },
  { role: 'architect', name: 'Architect', may: 'Plans, releases, analysis, and all that follows' },
  { role: 'developer', name: 'Developer', may: 'Works on tasks, connects machines' },
  { role: 'viewer', name: 'Viewer', may: 'Looks on' },
];

/** The strongest role decides what somebody is called; the weaker ones add nothing. */
export function strongest(roles: readonly Role[]): (typeof ROLES)[number] | undefined {
  return ROLES.find(({ role }) => roles.includes(role));
}

/** Whether taking this role from a member would leave nobody who can give roles. */
export function isLastOwner(member: { readonly id: string; readonly roles: readonly Role[] }, members: readonly { readonly id: string; readonly roles: readonly Role[] }[]): boolean {
  return member.roles.includes('owner') && !members.some(({ id, roles }) => id !== member.id && roles.includes('owner'));
}

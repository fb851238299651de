import { Role } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { ROLES, isLastOwner, strongest } from './roles.js';

describe('roles', () => {
  it('knows every role once', () => {
    expect(ROLES.map(({ role }) => role).toSorted()).toEqual(Object.values(Role).toSorted());
  });

  it.each([
    [['viewer', 'admin'], 'Admin'],
    [['developer'], 'Developer'],
    [[], undefined],
  ] as const)('calls somebody with %j by the strongest', (roles, name) => {
    expect(strongest(roles)?.name).toBe(name);
  });

  it('knows the last owner', () => {
    const [ada, bo, cy] = [
      { id: 'a', roles: ['owner'] as const },
      { id: 'b', roles: ['owner', 'developer'] as const },
      { id: 'c', roles: ['admin'] as const },
    ];
    expect(isLastOwner(ada, [ada, cy])).toBe(true);
    expect(isLastOwner(ada, [ada, bo, cy])).toBe(false);
    expect(isLastOwner(cy, [ada, cy])).toBe(false);
  });
});

import { fc, test } from '@fast-check/vitest';
import { CreateWorkspace, Role } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { refuseLastOwner, refuseRoles } from './roles.js';
import { slugOf } from './workspace-slug.js';

describe('slugOf', () => {
  it.each([
    ['Acme', 'acme'],
    ['  Déjà vu & Söhne GmbH ', 'deja-vu-sohne-gmbh'],
    ['株式会社', 'workspace'],
    ['---', 'workspace'],
    [`${'a'.repeat(47)} b`, 'a'.repeat(47)],
  ])('makes of %j %j', (name, slug) => {
    expect(slugOf(name)).toBe(slug);
  });

  test.prop([fc.string({ unit: 'grapheme' })])('always fits the rule for slugs', (name) => {
    expect(CreateWorkspace.safeParse({ name: 'x', slug: slugOf(name) }).success).toBe(true);
  });
});

describe('roles', () => {
  it('lets only owners make, change and remove owners', () => {
    expect(refuseRoles([Role.admin], [Role.owner])?.refusal.code).toBe('owner_needed');
    expect(refuseRoles([Role.admin], [Role.admin, Role.developer])).toBeUndefined();
    expect(refuseRoles([Role.viewer, Role.owner], [Role.owner])).toBeUndefined();
  });

  it('keeps the last owner', () => {
    expect(refuseLastOwner(true, false, 1)?.refusal.code).toBe('last_owner');
    expect(refuseLastOwner(true, false, 2)).toBeUndefined();
    expect(refuseLastOwner(true, true, 1)).toBeUndefined();
    expect(refuseLastOwner(false, false, 1)).toBeUndefined();
  });
});

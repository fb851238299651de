import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { epicBranchName } from './epic-branch.js';

describe('the epic branch', () => {
  it.each([
    ['Checkout, second try', 'epic/checkout-second-try-abc123'],
    ['Größere Übersicht', 'epic/gro-ere-ubersicht-abc123'],
    ['決済', 'epic/plan-abc123'],
    ['--upload-pack=x', 'epic/upload-pack-x-abc123'],
    ['a'.repeat(39) + ' b', `epic/${'a'.repeat(39)}-abc123`],
  ])('of %j is %s', (title, name) => {
    expect(epicBranchName(title, 'abc123')).toBe(name);
  });

  it('is a plain branch name whatever the title', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 200 }), (title) => {
        expect(epicBranchName(title, 'abc123')).toMatch(/^epic\/[a-z0-9]+(-[a-z0-9]+)*-abc123$/);
      }),
    );
  });
});

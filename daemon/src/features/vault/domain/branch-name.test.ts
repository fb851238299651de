import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { branchNameProblem } from './branch-name.js';

describe('branchNameProblem', () => {
  it.each(['main', 'epic/shop-x1y2z3', 'maestro/SHOP-12-fix_it', 'release/2.0', 'a', '0', 'a'.repeat(200)])('takes %s', (name) => {
    expect(branchNameProblem(name)).toBeNull();
  });

  // git itself accepts the first group, as branch names.
  it.each(['a\u3000||\u3000curl x', '`id`', 'feat;touch${IFS}x', 'a|b', 'a&&b', 'main\u200b', 'm\u0430in', 'naïve'])('refuses %j, which git takes', (name) => {
    expect(branchNameProblem(name)).not.toBeNull();
  });

  it.each([
    ...['', '-oProxyCommand=x', '--upload-pack=x', '/a', 'a/', 'a//b', 'a..b', '.a', 'a/.b', 'a.lock', 'a.lock/b', 'a.', 'HEAD', 'a'.repeat(201), 'a b', 'a\nb', 'main\n', 'a@{1}', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', '@'],
  ])('refuses %j', (name) => {
    expect(branchNameProblem(name)).not.toBeNull();
  });

  it('lets nothing through that a shell, an option parser or git\'s own rules could take for something else', () => {
    const likely = fc.stringMatching(/^[A-Za-z0-9._/ @{}~^:?*[\\;|&$`'"<>()\n-]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(likely, fc.string({ unit: 'binary' })), (name) => {
        if (branchNameProblem(name) !== null) return;
        expect(name).toMatch(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,199}$/);
        expect(name).not.toMatch(/\.\.|\/\/|\/\.|\.lock(\/|$)|[/.]$|\n/);
      }),
      { numRuns: 2_000 },
    );
  });
});

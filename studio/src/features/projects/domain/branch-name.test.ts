import { describe, expect, it } from 'vitest';
import { isBranchName } from './branch-name.js';

describe('branch names', () => {
  it.each(['main', 'release/2.x', 'feature/a_b-c', '7'])('%s is one', (name) => {
    expect(isBranchName(name)).toBe(true);
  });

  it.each([
    '', 'HEAD', '-x', '--upload-pack=x', 'a..b', 'a//b', '/a', 'a/', 'a.', 'a.lock', 'a.lock/b', '.a', 'a/.b', 'a b', 'a\u3000b', 'main\u200b', 'a|b', 'a;b', 'a`id`', 'feat;touch${IFS}x', 'a\n', 'a'.repeat(201),
  ])('%j is none', (name) => {
    expect(isBranchName(name)).toBe(false);
  });
});

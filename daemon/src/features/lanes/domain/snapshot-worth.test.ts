import { describe, expect, it } from 'vitest';
import { worthOf } from './snapshot-worth.js';

const facts = (more: Partial<Parameters<typeof worthOf>[0][number]> = {}) => ({ taskId: 'a', why: 'cleaned', tree: 'files', tips: ['head', 'stash'], savedTrees: ['other', 'files'], ...more });

describe('the worth of a snapshot', () => {
  it.each([
    ['all of it is', facts(), [], true],
    ['its head is missing', facts(), ['head'], false],
    ['a stash of its lane is missing', facts(), ['stash', 'unrelated'], false],
    ['its files are nowhere', facts({ tree: 'changed' }), [], false],
  ])('counts as pushed or not when %s on the remote', (_title, one, missing, isPushed) => {
    expect(worthOf([one], new Set(missing))).toEqual([{ isNewest: true, isPushed }]);
  });

  it('is the newest once for each task, and not for one that was released', () => {
    const all = [facts(), facts({ taskId: 'b', why: 'released' }), facts(), facts({ taskId: 'b' }), facts({ taskId: 'c' })];
    expect(worthOf(all, new Set()).map(({ isNewest }) => isNewest)).toEqual([true, false, false, false, true]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyCleanMerge } from './approval-class.js';
import type { CleanMerge } from './approval-class.js';
import { conflictMessages, parseMergeTree } from './merge-tree-output.js';

const TREE = '1'.repeat(40);

describe('parseMergeTree', () => {
  it('reads the tree, and each side of each conflicted path', () => {
    const blob = 'a'.repeat(40);
    expect(parseMergeTree(`${TREE}\0`)).toEqual({ tree: TREE, conflicts: [] });
    expect(parseMergeTree(`${TREE}\x00100644 ${blob} 1\ta\nb\x00100755 ${blob} 3\ta\nb\0`)).toEqual({
      tree: TREE,
      conflicts: [
        { mode: '100644', blob, stage: 1, path: 'a\nb' },
        { mode: '100755', blob, stage: 3, path: 'a\nb' },
      ],
    });
  });
  it('does not take an empty answer for a conflict', () => {
    expect(parseMergeTree('')).toBeNull();
    fc.assert(fc.property(fc.string(), (text) => parseMergeTree(text) === null || /^[0-9a-f]{40}/.test(text)));
  });
  it('gives people the sentences about conflicts alone', () => {
    expect(conflictMessages(`${TREE}\n100644 x 1\tf\n\nAuto-merging f\nCONFLICT (content): Merge conflict in f\n`)).toEqual(['CONFLICT (content): Merge conflict in f']);
    expect(conflictMessages(`${TREE}\n`)).toEqual([]);
  });
});

describe('classifyCleanMerge', () => {
  const exact: CleanMerge = { bases: ['B'], tip: 'B', mergedTree: 'T', headTree: 'T', approvedBase: 'B', approvedTree: 'T', differing: [] };
  it('is exact, overlay or overlap', () => {
    expect(classifyCleanMerge(exact)).toEqual({ class: 'exact', overlapReason: null });
    expect(classifyCleanMerge({ ...exact, tip: 'E', mergedTree: 'M' })).toEqual({ class: 'overlay', overlapReason: null });
    expect(classifyCleanMerge({ ...exact, tip: 'E', mergedTree: 'M', differing: ['x'] })).toEqual({ class: 'overlap', overlapReason: 'content' });
  });
  it('stands only for the tree and the one base that were approved', () => {
    const word = fc.constantFrom('A', 'B', 'C', 'T');
    fc.assert(
      fc.property(fc.record({ bases: fc.array(word, { maxLength: 3 }), tip: word, mergedTree: word, headTree: word, approvedBase: word, approvedTree: word, differing: fc.array(word, { maxLength: 2 }) }), (merge) => {
        if (classifyCleanMerge(merge).class === 'overlap') return;
        expect(merge.headTree).toBe(merge.approvedTree);
        expect(merge.bases).toEqual([merge.approvedBase]);
        if (merge.tip === merge.approvedBase) expect(merge.mergedTree).toBe(merge.approvedTree);
        else expect(merge.differing).toEqual([]);
      }),
    );
  });
});

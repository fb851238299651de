export type MergeClass =
  /** The tip is the reviewed base: what lands is the reviewed tree. */
  | 'exact'
  /** The tip moved; what the landing changes on it is, entry by entry, what was reviewed. */
  | 'overlay'
  /** The merge is clean, but changes something else than what was reviewed: the approval is void for those paths. */
  | 'overlap';

/** What is known when a merge came out clean. */
export interface CleanMerge {
  /** Merge bases of the tip and the head, now. */
  readonly bases: readonly string[];
  readonly tip: string;
  readonly mergedTree: string;
  readonly headTree: string;
  readonly approvedBase: string;
  readonly approvedTree: string;
  /** Paths where "tip to merge result" and "approved base to approved tree" are not the same change. */
  readonly differing: readonly string[];
}

export interface Classified {
  readonly class: MergeClass;
  readonly overlapReason: 'content' | 'base_changed' | 'tree_changed' | null;
}

/**
 * Whether what would land is what was approved.
 *
 * "The landed tree is the reviewed tree" is not the rule: it is impossible once a sibling has landed, and a head made with
 * `git merge -s ours` satisfies it while it drops the sibling's work. Nor is a patch id: it is equal where the tip renamed things
 * around the hunk, and different for a harmless edit nearby.
 */
export function classifyCleanMerge(merge: CleanMerge): Classified {
  if (merge.headTree !== merge.approvedTree) return { class: 'overlap', overlapReason: 'tree_changed' };
  const [base] = merge.bases;
  if (merge.bases.length !== 1 || base !== merge.approvedBase) return { class: 'overlap', overlapReason: 'base_changed' };
  if (base === merge.tip) {
    // A fast-forward merge has the head's tree by definition; anything else means that git was told to do something else.
    return merge.mergedTree === merge.approvedTree ? { class: 'exact', overlapReason: null } : { class: 'overlap', overlapReason: 'content' };
  }
  return merge.differing.length === 0 ? { class: 'overlay', overlapReason: null } : { class: 'overlap', overlapReason: 'content' };
}

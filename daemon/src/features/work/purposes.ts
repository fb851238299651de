import type { Purpose } from '@maestro/protocol';
import { bootstrapEpic } from './purposes/bootstrap-epic.js';
import { implement } from './purposes/implement.js';
import { merge } from './purposes/merge.js';
import { plan } from './purposes/plan.js';
import { releaseCleanup } from './purposes/release-cleanup.js';
import { release } from './purposes/release.js';
import { repoAnalysis } from './purposes/repo-analysis.js';
import { review } from './purposes/review.js';
import type { Work } from './work.types.js';

/** What this daemon can do, by purpose. A purpose that is not here is neither offered to the studio nor claimed. */
const WORK: Partial<Record<Purpose, Work>> = {
  plan,
  implement,
  review,
  merge,
  bootstrap_epic: bootstrapEpic,
  release,
  release_cleanup: releaseCleanup,
  repo_analysis: repoAnalysis,
};

export const SUPPORTED_PURPOSES = Object.keys(WORK) as readonly Purpose[];

export function workFor(purpose: Purpose): Work | undefined {
  return WORK[purpose];
}

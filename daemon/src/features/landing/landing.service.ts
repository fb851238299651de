import { join } from 'node:path';
import { failpointsOf } from '../../platform/failpoints.js';
import type { Failpoints } from '../../platform/failpoints.js';
import { GitFailure } from '../../platform/git.js';
import { shellWord } from '../../platform/git-env.js';
import type { Answer, GitVault, RemoteRefusalCode } from '../vault/index.js';
import { differingPaths, objectName, readablePath } from '../vault/index.js';
import { archiveBranches } from './archive.js';
import { classifyCleanMerge } from './domain/approval-class.js';
import { IntentFiles } from './intents.js';
import type { Approved, ArchivedBranch, Computed, Holds, Landing, LandingCommit, LandingIntent, LandingPush, Recovery, ReleaseTarget } from './landing.types.js';
import type { Merge } from './merge.js';
import { mergeTrees } from './merge.js';
import { TipAttributes } from './tip-attributes.js';

/** Who the daemon's merge commits are by. */
export interface LandingIdentity {
  readonly name: string;
  readonly email: string;
}

export class LandingService implements Landing {
  private readonly intents: IntentFiles;
  private readonly attributes: TipAttributes;

  constructor(
    private readonly vault: GitVault,
    private readonly identity: LandingIdentity,
    private readonly failpoints: Failpoints = failpointsOf(undefined),
  ) {
    this.intents = new IntentFiles(join(vault.folder, 'intents'));
    this.attributes = new TipAttributes(vault);
  }

  /** In one piece: the merged tree is named by nothing yet. */
  compute(approved: Approved): Promise<Computed> {
    return this.vault.shared(() => this.classify(approved));
  }

  private async classify(approved: Approved): Promise<Computed> {
    const { vault } = this;
    const reviewing = vault.rawDiff(approved.base, approved.tree);
    // Where it is not needed after all, nobody asks how it ended.
    reviewing.catch(() => undefined);
    const merged = await this.mergeUnlessLanded(approved.tip, approved.head);
    if ('done' in merged) return merged.done;
    const [landing, reviewed] = await Promise.all([vault.rawDiff(approved.tip, merged.tree), reviewing]);
    this.attributes.differs(approved.tip, merged.tree, landing.map((entry) => entry.path));
    this.failpoints.reach('landing:computed');
    const differing = differingPaths(landing, reviewed);
    const { class: mergeClass, overlapReason } = classifyCleanMerge({
      bases: merged.bases,
      tip: approved.tip,
      mergedTree: merged.tree,
      headTree: merged.headTree,
      approvedBase: approved.base,
      approvedTree: approved.tree,
      differing,
    });
    return { kind: 'clean', class: mergeClass, tree: merged.tree, overlappingPaths: mergeClass === 'overlap' ? differing.map(readablePath) : [], overlapReason };
  }

  computeRelease(request: { tip: string; head: string }): Promise<Computed> {
    return this.vault.shared(async () => {
      const merged = await this.mergeUnlessLanded(request.tip, request.head);
      if ('done' in merged) return merged.done;
      const forward = await this.vault.isAncestor(request.tip, request.head);
      return { kind: 'clean', class: forward ? 'exact' : 'overlay', tree: merged.tree, overlappingPaths: [], overlapReason: null };
    });
  }

  async commit(request: LandingCommit): Promise<string> {
    // Without the sign git takes a small number for something else than seconds.
    const stamp = `@${request.at} +0000`;
    const commit = await this.vault.text(['commit-tree', objectName(request.tree), '-p', objectName(request.tip), '-p', objectName(request.head), '-F', '-'], {
      stdin: request.message,
      environment: {
        GIT_AUTHOR_NAME: this.identity.name,
        GIT_AUTHOR_EMAIL: this.identity.email,
        GIT_AUTHOR_DATE: stamp,
        GIT_COMMITTER_NAME: this.identity.name,
        GIT_COMMITTER_EMAIL: this.identity.email,
        GIT_COMMITTER_DATE: stamp,
      },
    });
    this.attributes.differs(request.tree, commit, []);
    return commit;
  }

  async recordIntent(intent: LandingIntent): Promise<LandingIntent> {
    this.failpoints.reach('landing:committed');
    await this.intents.write(intent);
    this.failpoints.reach('landing:recorded');
    return intent;
  }

  pendingCommits(): Promise<readonly string[]> {
    return this.intents.commits();
  }

  pendingIntent(subjectId: string): Promise<LandingIntent | null> {
    return this.intents.read(subjectId);
  }

  clearIntent(subjectId: string): Promise<void> {
    this.failpoints.reach('landing:told');
    return this.intents.remove(subjectId);
  }

  async push(intent: LandingIntent, signal?: AbortSignal): Promise<LandingPush> {
    const recorded = await this.intents.read(intent.subjectId);
    // Without it, a crash after the push would leave nobody who knows what to look for.
    if (recorded === null || recorded.newTip !== intent.newTip || recorded.branch !== intent.branch || recorded.expectedTip !== intent.expectedTip) {
      throw new Error('landing_intent_missing: record the intent before the push');
    }
    this.failpoints.reach('landing:granted');
    const pushed = await this.vault.push({ commit: intent.newTip, branch: intent.branch, expected: intent.expectedTip, ...(signal === undefined ? {} : { signal }) });
    switch (pushed.kind) {
      case 'pushed':
        this.failpoints.reach('landing:pushed');
        return { kind: 'landed' };
      case 'moved':
        // Moved by ours, and then by others on top of it: a push whose answer was lost.
        return pushed.tip !== null && (await this.contains(pushed.tip, intent.newTip)) ? { kind: 'landed' } : { kind: 'tip_moved', tip: pushed.tip };
      case 'refused':
      case 'unknown':
        return pushed;
    }
  }

  async recover(subjectId: string): Promise<Answer<Recovery, RemoteRefusalCode>> {
    const intent = await this.intents.read(subjectId);
    if (intent === null) return { ok: true, value: { kind: 'nothing_pending' } };
    const fetched = await this.vault.fetch([intent.branch]);
    if (!fetched.ok) return fetched;
    const tip = fetched.value.get(intent.branch) ?? null;
    if (tip !== null && (await this.contains(tip, intent.newTip))) return { ok: true, value: { kind: 'landed', tip, intent } };
    return { ok: true, value: tip === intent.expectedTip ? { kind: 'push_again', intent } : { kind: 'recompute', tip, intent } };
  }

  async holds(request: { branch: string; head?: string; intentCommit?: string }): Promise<Answer<Holds, RemoteRefusalCode>> {
    const fetched = await this.vault.fetch([request.branch]);
    if (!fetched.ok) return fetched;
    const tip = fetched.value.get(request.branch) ?? null;
    if (tip === null) return { ok: true, value: { holds: false, by: null, tip } };
    if (request.head !== undefined && (await this.contains(tip, request.head))) return { ok: true, value: { holds: true, by: 'head', tip } };
    if (request.intentCommit !== undefined && (await this.contains(tip, request.intentCommit))) return { ok: true, value: { holds: true, by: 'intent', tip } };
    return { ok: true, value: { holds: false, by: null, tip } };
  }

  async releaseTarget(request: { planId: string }): Promise<ReleaseTarget> {
    const { vault } = this;
    if (vault.remote.kind === 'url' || !(await vault.remoteRepository.isCheckedOut(vault.baseBranch))) return { kind: 'branch', branch: vault.baseBranch };
    const branch = `maestro/release/${request.planId}`;
    return { kind: 'side_branch', branch, command: `git -C ${shellWord(vault.remote.path)} merge --ff-only ${branch}` };
  }

  archive(request: { planId: string; branches: readonly string[] }): Promise<Answer<readonly ArchivedBranch[], RemoteRefusalCode>> {
    return archiveBranches(this.vault, request.planId, request.branches);
  }

  /** All that does not wait for something else is asked at once: that only half of it was needed is rare. */
  private async mergeUnlessLanded(tip: string, head: string): Promise<{ done: Computed } | { tree: string; headTree: string; bases: readonly string[] }> {
    const { vault } = this;
    const merging = this.attributes.of(tip).then((attributes): Promise<Merge> => mergeTrees(vault, tip, head, attributes));
    const [bases, [tipTree, headTree], merge] = await Promise.all([vault.mergeBases(tip, head), vault.treesOf(tip, head), merging]);
    // The tip has a commit when that commit is what both have in common.
    if (bases.includes(head)) return { done: { kind: 'already_landed', by: 'ancestry' } };
    if (merge.kind === 'conflict') {
      const paths = [...new Set(merge.entries.map((entry) => readablePath(entry.path)))];
      return { done: { kind: 'conflict', paths, messages: merge.messages } };
    }
    if (merge.tree === tipTree) return { done: { kind: 'already_landed', by: 'content' } };
    return { tree: merge.tree, headTree, bases };
  }

  /** A fetched branch is in the vault with its whole history, so a commit that the vault lacks cannot be in it. */
  private async contains(tip: string, commit: string): Promise<boolean> {
    try {
      return await this.vault.isAncestor(commit, tip);
    } catch (error) {
      if (error instanceof GitFailure && !(await this.vault.hasCommit(commit))) return false;
      throw error;
    }
  }
}

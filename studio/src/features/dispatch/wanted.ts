import { needsAgent, Purpose } from '@maestro/protocol';
import type { MatchExplanation, Policy } from '@maestro/protocol';
import type { OpenAnalysis } from '../catalog/index.js';
import type { PlanRow, TaskRow } from './dispatch-facts.repository.js';
import type { Match } from './domain/match.js';
import type { Fleet, Wanted } from './fleet.service.js';

/** What a due task wants of a session. */
export function wantedByTask(row: TaskRow, { policy }: PlanRow, purpose: Purpose, fleet: Pick<Fleet, 'isThere'>): Wanted {
  const member = row.assignee !== null && row.accepted ? { id: row.assignee, name: row.assigneeName ?? 'its assignee' } : null;
  const isReview = purpose === Purpose.review;
  const prefers = isReview && policy.reviewerIndependence !== 'conversation';
  // Whoever accepted a task did so from one machine, which goes first; when it is away, their other machines may.
  const pinIsWish = member !== null && row.pinnedSession !== null && !fleet.isThere(row.pinnedSession);
  return {
    projectId: row.projectId,
    subject: row.id,
    policy,
    purpose,
    skills: needsAgent(purpose) ? row.skills : [],
    member,
    pinnedSession: pinIsWish ? null : row.pinnedSession,
    laneSession: row.laneSession,
    avoidSession: row.avoidSession,
    author: isReview ? { session: row.authorSession, member: row.authorMember } : null,
    independence: policy.reviewerIndependence,
    reviewerWaitSeconds: prefers ? Math.max(0, policy.reviewerWaitMinutes * 60 - row.inStageSeconds) : 0,
  };
}

/** What a run of the plan itself wants. */
export function wantedByPlan({ id, projectId, policy }: PlanRow, purpose: Purpose): Wanted {
  return {
    projectId, subject: id, policy, purpose, skills: [], member: null, pinnedSession: null, laneSession: null, avoidSession: null, author: null,
    independence: policy.reviewerIndependence, reviewerWaitSeconds: 0,
  };
}

/** What an analysis wants: the machine that it was asked of while that is there, else any that takes it. */
export function wantedByAnalysis({ projectId, sessionId }: OpenAnalysis, policy: Policy, fleet: Pick<Fleet, 'isThere'>): Wanted {
  return {
    projectId, subject: projectId, policy, purpose: Purpose.repoAnalysis, skills: [], member: null, pinnedSession: sessionId !== null && fleet.isThere(sessionId) ? sessionId : null,
    laneSession: null, avoidSession: null, author: null, independence: policy.reviewerIndependence, reviewerWaitSeconds: 0,
  };
}

/** The comparison as it is stored with the run and shown. */
export function explanationOf({ chosen, sentence, candidates }: Match, at: string): MatchExplanation {
  const held = candidates.map(({ session, name, eligible, score, parts, missing }) => ({ session, name, eligible, score, parts, missing: [...missing] }));
  return { at, chosen: chosen?.session ?? null, sentence, candidates: held } as unknown as MatchExplanation;
}

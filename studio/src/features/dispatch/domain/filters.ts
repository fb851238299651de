import { mayDo, needsAgent } from '@maestro/protocol';
import type { Action, Purpose } from '@maestro/protocol';
import type { Candidate, Work } from './candidate.js';
import { pauseSentence } from './pause.js';

/** What a member must be allowed to do, for runs of each purpose to happen on their machine. */
const ACTION: Readonly<Record<Purpose, Action>> = {
  implement: 'session.connect',
  review: 'session.connect',
  merge: 'session.connect',
  bootstrap_epic: 'session.connect',
  release: 'session.connect',
  release_cleanup: 'session.connect',
  plan: 'plan.write',
  repo_analysis: 'analysis.run',
};

/** Purposes whose work ends in a push: of the task's branch, the epic, the base. A review and a plan leave nothing behind. */
function pushes(purpose: Purpose): boolean {
  return purpose !== 'review' && purpose !== 'plan' && purpose !== 'repo_analysis';
}

/**
 * The hard filters: every one that this session does not pass, as a sentence. An empty list means that it may take the work.
 */
export function missingOf(session: Candidate, work: Work): readonly string[] {
  return [...availability(session, work), ...rights(session, work), ...abilities(session, work), ...personal(session, work)];
}

function availability(session: Candidate, { projectRoom }: Work): readonly string[] {
  const missing: string[] = [];
  if (session.status !== 'online') missing.push(`It is ${session.status}.`);
  if (session.paused !== null) missing.push(pauseSentence(session.paused));
  if (session.busy >= session.slots) missing.push(session.slots === 0 ? 'It takes no runs.' : `All of its ${session.slots} slots are taken.`);
  else if (session.machineRoom <= 0) missing.push('Its machine has as many runs as it takes, in all its sessions together.');
  if (projectRoom <= 0) missing.push('The project runs as many at once as its policy allows.');
  if (session.cooldownSeconds > 0) missing.push(`It let this go; it is asked again in ${session.cooldownSeconds} s.`);
  return missing;
}

function rights({ memberRoles, purposes, reachable, mayPush }: Candidate, { purpose }: Work): readonly string[] {
  const missing: string[] = [];
  if (!purposes.includes(purpose)) missing.push(`It does not take ${purpose} runs.`);
  if (!mayDo(memberRoles, ACTION[purpose])) missing.push(`Its member may not do ${purpose} runs.`);
  if (!reachable) missing.push("It cannot reach the project's repository.");
  else if (pushes(purpose) && !mayPush) missing.push("It may not push to the project's repository.");
  return missing;
}

function abilities({ agents, skills }: Candidate, work: Work): readonly string[] {
  const missing = work.skills.flatMap(({ slug, min }) => {
    const level = skills[slug] ?? 0;
    return level >= min ? [] : [level === 0 ? `It lacks ${slug} (level ${min} is needed).` : `It has ${slug} at level ${level}; ${min} is needed.`];
  });
  if (!needsAgent(work.purpose)) return missing;
  if (agents.length === 0) missing.push('No agent program was found on it.');
  else if (agents.every(({ room }) => room <= 0)) missing.push(`Its machine has as many runs with ${agents.map(({ name }) => name).join(', ')} as it takes.`);
  return missing;
}

function personal({ session, member }: Candidate, work: Work): readonly string[] {
  const missing: string[] = [];
  if (work.member !== null && work.purpose === 'implement' && member !== work.member.id) missing.push(`The task is ${work.member.name}'s.`);
  if (work.pinnedSession !== null && session !== work.pinnedSession) missing.push('The next run was pinned to another session.');
  if (work.author !== null && work.reviewerWaitSeconds > 0 && !independent({ session, member }, work)) {
    missing.push(`It wrote this work; another ${work.independence === 'member' ? 'member' : 'machine'} is waited for, ${work.reviewerWaitSeconds} s more.`);
  }
  return missing;
}

/** Whether this session would be as independent of the author as the policy prefers. A fresh conversation always is. */
export function independent({ session, member }: Pick<Candidate, 'session' | 'member'>, { author, independence }: Pick<Work, 'author' | 'independence'>): boolean {
  if (author === null || independence === 'conversation') return true;
  return independence === 'session' ? session !== author.session : member !== author.member;
}

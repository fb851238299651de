import { mayUseAgent, needsAgent } from '@maestro/protocol';
import type { Finding, Policy, Purpose, Remote, RunPacket } from '@maestro/protocol';

/** Everything that a packet is made of, as looked up when the run is claimed. Texts of people are data here, and stay so in prompts. */
export interface PacketFacts {
  readonly run: { readonly id: string; readonly epoch: number; readonly purpose: Purpose; readonly attempt: number; readonly revision: number; readonly repair: number; readonly agent: string | null; readonly trace: string | null };
  readonly project: { readonly id: string; readonly key: string; readonly remote: Remote; readonly baseBranch: string };
  readonly policy: Policy;
  readonly plan: PacketPlan | undefined;
  readonly task: PacketTask | undefined;
  /** The last journal line of this run that is stored, whichever machine wrote it. */
  readonly lastSeq: number;
  /** Standing directives, oldest first. */
  readonly steering: readonly string[];
  /** What was last said in the team's channel. */
  readonly channel: readonly { readonly author: string; readonly text: string }[];
  /** For `plan`. */
  readonly conversation: readonly { readonly author: 'person' | 'agent'; readonly text: string }[];
  readonly proposalIssues: readonly string[];
  /** For `release_cleanup`. */
  readonly lanes: readonly { readonly task: string; readonly branch: string }[];
  /** What this session reviews with. */
  readonly checklist: 'review' | 'test';
  /** A merge run that was made only to read the epic. */
  readonly readOnly?: boolean;
}

export interface PacketPlan {
  readonly id: string;
  readonly title: string;
  readonly goal: string;
  readonly epicBranch: string | null;
  readonly baseBranch: string;
  readonly status: string;
  readonly stopRequested: boolean;
}

export interface PacketTask {
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly acceptanceCriteria: readonly string[];
  readonly textVersion: number;
  readonly branch: string;
  readonly answers: readonly { readonly question: string; readonly answer: string }[];
  readonly notes: readonly string[];
  readonly status: string;
  /** What the last finished work produced, and what is judged and landed. */
  readonly head: string | null;
  /** The newest head that was reported, unfinished work included: where another machine goes on. */
  readonly workHead: string | null;
  readonly base: string | null;
  readonly tree: string | null;
  readonly producedTip: string | null;
  readonly findings: readonly Finding[];
  readonly failedOutput: string;
  readonly repairTip: string | null;
  readonly deltaPaths: readonly string[] | null;
  readonly overlapTip: string | null;
  readonly approval: { readonly head: string; readonly base: string; readonly tree: string; readonly tip: string; readonly overlapSeen: boolean; readonly run: string | null } | null;
  readonly intent: { readonly head: string; readonly tip: string; readonly commit: string } | null;
  readonly cancelRequested: boolean;
}

/** A packet as plain JSON, before the wire's schema brands its ids. */
export type PacketDraft = { readonly [K in keyof RunPacket]: unknown };

/**
 * Assembles what a daemon needs for one run. The caller parses the result with `RunPacket`, so that a hole in the facts is found here and
 * not on a machine far away.
 *
 * @throws Error `packet.incomplete` when the task lacks what the purpose needs; a run of it should never have been offered.
 */
export function assemblePacket(facts: PacketFacts): PacketDraft {
  const { run, project, policy, plan, task } = facts;
  return {
    run: run.id,
    epoch: run.epoch,
    purpose: run.purpose,
    attempt: run.attempt,
    revision: run.revision,
    repair: run.repair,
    project: { id: project.id, key: project.key, remote: project.remote, baseBranch: project.baseBranch },
    plan: plan === undefined ? undefined : { id: plan.id, title: plan.title, goal: plan.goal, epicBranch: plan.epicBranch ?? '', baseBranch: plan.baseBranch },
    task: task === undefined ? undefined : briefOf(task),
    policy,
    agent: run.agent !== null && mayUseAgent(run.purpose) ? run.agent : undefined,
    findings: run.purpose === 'implement' ? (task?.findings ?? []) : [],
    failedOutput: run.purpose === 'implement' ? (task?.failedOutput ?? '') : '',
    head: (run.purpose === 'implement' ? (task?.workHead ?? task?.head) : task?.head) ?? undefined,
    repairTip: run.purpose === 'implement' ? (task?.repairTip ?? undefined) : undefined,
    review: run.purpose === 'review' ? reviewOrder(needed(task), facts) : undefined,
    merge: run.purpose === 'merge' ? mergeOrder(needed(task), facts) : undefined,
    conversation: run.purpose === 'plan' ? facts.conversation : [],
    proposalIssues: run.purpose === 'plan' ? facts.proposalIssues : [],
    cleanup: run.purpose === 'release_cleanup' ? cleanupOrder(facts) : undefined,
    lastSeq: facts.lastSeq,
    trace: run.trace ?? undefined,
    steering: facts.steering,
    channel: needsAgent(run.purpose) ? facts.channel : [],
  };
}

/** The epic goes last: while it is there, what became of a task can still be read from it. */
function cleanupOrder({ lanes, plan }: PacketFacts): object {
  const epic = plan?.epicBranch ?? null;
  return { branches: [...lanes.map(({ branch }) => branch), ...(epic === null ? [] : [epic])], tasks: lanes.map(({ task }) => task) };
}

function briefOf({ id, key, title, description, acceptanceCriteria, textVersion, branch, answers, notes }: PacketTask): object {
  return { id, key, title, description, acceptanceCriteria, textVersion, branch, answers, notes };
}

function needed(task: PacketTask | undefined): PacketTask {
  if (task === undefined) throw new Error('packet.incomplete: the purpose needs a task');
  return task;
}

function reviewOrder(task: PacketTask, { policy, checklist }: PacketFacts): object {
  const { head, base, tree, deltaPaths, overlapTip } = task;
  const tip = overlapTip ?? task.producedTip;
  if (head === null || base === null || tree === null || tip === null) throw new Error('packet.incomplete: nothing was produced that could be reviewed');
  // `never` asks for a whole review where others would look at the overlapping paths only.
  const delta = deltaPaths === null || policy.deltaReview === 'never' ? {} : { delta: deltaPaths };
  return { head, base, tree, tip, overlap: overlapTip !== null, checklist, ...delta };
}

/**
 * What a merge may do. It only reads the epic when nothing more may be pushed: the plan rests or has ended, a cancel waits for the
 * push's fate, or the task is not landing any more.
 */
function mergeOrder(task: PacketTask, { plan, readOnly = false }: PacketFacts): object {
  const { approval, intent } = task;
  const approved = approval ?? intentAsApproval(task);
  if (approved === undefined) throw new Error('packet.incomplete: there is neither an approval nor an intent to merge by');
  return {
    approvedHead: approved.head,
    reviewedBase: approved.base,
    reviewedTree: approved.tree,
    reviewedTip: approved.tip,
    reviewRun: approval?.run ?? undefined,
    overlapSeen: approval?.overlapSeen ?? false,
    intent: intent === null ? undefined : { tip: intent.tip, commit: intent.commit },
    readOnly: readOnly || approval === null || !mayMerge(task, plan),
  };
}

function mayMerge(task: PacketTask, plan: PacketPlan | undefined): boolean {
  const planAllows = plan?.status === 'active' || (plan?.status === 'paused' && !plan.stopRequested);
  return planAllows && task.status === 'landing' && !task.cancelRequested;
}

/** After an approval was voided a push can still be of unknown fate: then the epic is only read for its commit. */
function intentAsApproval({ intent, base, tree }: PacketTask): { head: string; base: string; tree: string; tip: string } | undefined {
  if (intent === null) return undefined;
  return { head: intent.head, base: base ?? intent.tip, tree: tree ?? intent.commit, tip: intent.tip };
}

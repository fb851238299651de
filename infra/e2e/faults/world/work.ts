import { createHash } from 'node:crypto';
import { METHODS } from '@maestro/protocol';
import type { RunOutcome } from '@maestro/protocol';
import type { WorkStep } from '../schedule/schedule.js';
import type { Branch } from './branch.js';
import type { WorkJournal } from './work-journal.js';
import type { StubLink } from '../../../rig/stub-link.js';

export interface WorkKit {
  readonly machine: string;
  readonly branch: Branch;
  /** Looks whether the run is still this process's to work on; it may die here. */
  readonly step: (step: WorkStep) => Promise<void>;
  /** The lease has run out as far as the machine can tell: it may push nothing. */
  readonly fenced: (journal: WorkJournal) => boolean;
  /** Tasks whose first change is turned down. */
  readonly rejected: Set<string>;
}

let made = 0;

/** A git object name that nothing else has. */
export function objectName(): never {
  made += 1;
  return createHash('sha1').update(`${process.pid} ${made}`).digest('hex') as never;
}

class Fenced extends Error {}

/** Does what a run is for, with random names in the place of commits. */
export async function carryOut(journal: WorkJournal, link: StubLink, kit: WorkKit): Promise<RunOutcome> {
  const { packet } = journal;
  switch (packet.purpose) {
    case 'bootstrap_epic':
      return { kind: 'bootstrapped', tip: kit.branch.tip as never };
    case 'implement':
      return implement(journal, link, kit);
    case 'review':
      return review(journal, kit);
    case 'merge':
      return merge(journal, link, kit);
    default:
      return { kind: 'failed', class: 'refused', sentence: 'Stubs write, review and merge.' };
  }
}

async function implement(journal: WorkJournal, link: StubLink, { branch }: WorkKit): Promise<RunOutcome> {
  const [head, tip] = [objectName(), branch.tip as never];
  await link.ask(METHODS.runCheckpoint, { opId: journal.operation('checkpoint'), ...journal.held, head });
  return { kind: 'produced', head, tree: objectName(), base: tip, baseTree: objectName(), tip, commits: 1, filesChanged: 1, finalMessage: 'Done.' };
}

function review({ packet: { review: order, task } }: WorkJournal, { rejected }: WorkKit): RunOutcome {
  const key = task?.key ?? '';
  const turnsDown = !rejected.has(key);
  rejected.add(key);
  return { kind: 'judged', head: (order?.head ?? '') as never, tool: [], finalMessage: turnsDown ? 'VERDICT: REJECTED — a test is missing' : 'VERDICT: APPROVED' };
}

async function merge(journal: WorkJournal, link: StubLink, kit: WorkKit): Promise<RunOutcome> {
  const { merge: order, task } = journal.packet;
  const { branch, machine, step, fenced } = kit;
  if (order === undefined || task === undefined) return { kind: 'failed', class: 'protocol', sentence: 'There is nothing to merge.' };
  const found = branch.find(order.intent?.commit, order.approvedHead);
  if (found !== undefined) return { kind: 'merged', commit: found as never, tip: branch.tip as never, found: true };
  if (order.readOnly) return { kind: 'epic_lacks', tip: branch.tip as never };
  const [tip, commit] = [branch.tip as never, objectName()];
  await step('push');
  const { granted, ...no } = await link.ask(METHODS.runPush, { opId: journal.operation(`push ${String(tip)}`), ...journal.held, head: order.approvedHead, tip, commit, tipMoved: tip !== order.reviewedTip });
  if (!granted) return { kind: 'not_granted', reason: 'reason' in no ? no.reason : '' };
  await step('granted');
  if (fenced(journal)) throw new Fenced('the lease has run out');
  const pushed = branch.push(tip, { machine, run: journal.run, task: task.key, commit, head: order.approvedHead });
  await step('pushed');
  return pushed ? { kind: 'merged', commit, tip: commit, class: 'overlay', found: false } : { kind: 'tip_moved', tip: branch.tip as never };
}

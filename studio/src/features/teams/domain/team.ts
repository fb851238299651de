import { JOB_PURPOSES, WorkerJob, ok, refuse } from '@maestro/protocol';
import type { MakeTeam, Result, SessionRole } from '@maestro/protocol';

/** A worker's place before anybody has it. */
export interface Place {
  readonly job: WorkerJob;
  readonly name: string;
  readonly position: number;
}

export interface MakeFacts {
  readonly role: SessionRole;
  /** The session is the caller's own: nobody starts processes on another's machine. */
  readonly own: boolean;
  readonly connected: boolean;
  /** An open team that this session leads, with how many of its workers have not ended. */
  readonly openTeam: { readonly living: number } | null;
  readonly maxWorkers: number;
}

const JOBS = Object.values(WorkerJob);
/** Names of sessions are at most 60 characters long; the job and a number follow. */
const LONGEST_PREFIX = 45;

/** Whether a team may be made. A worker leads nobody; what is left of an earlier team whose workers have all ended is no obstacle. */
export function mayMake({ role, own, connected, openTeam, maxWorkers }: MakeFacts, wanted: MakeTeam): Result<void> {
  if (!own) return refuse('forbidden', 'not_your_session', 'This session is of another member. A team is made from the machine that leads it: maestro team.');
  if (role !== 'lead') return refuse('forbidden', 'not_lead', 'A worker leads no team.');
  if (!connected) return refuse('conflict', 'lead_offline', 'The lead is not connected. Start it with maestro connect, or maestro team.');
  const count = JOBS.reduce((sum, job) => sum + wanted[job], 0);
  if (count === 0) return refuse('unprocessable', 'no_workers', 'A team has at least one worker. Ask for some with --dev, --review or --test.');
  if (count > maxWorkers) return refuse('unprocessable', 'too_many_workers', `The project's policy allows a team ${maxWorkers} ${maxWorkers === 1 ? 'worker' : 'workers'}, not ${count}. Ask for fewer, or change maxWorkers.`);
  if (openTeam !== null && openTeam.living > 0) return refuse('conflict', 'team_open', `This session leads a team already, with ${openTeam.living} living ${openTeam.living === 1 ? 'worker' : 'workers'}. End that one first.`);
  return ok();
}

/** The places of a team, in the order in which they are filled and shown. A name tells whose worker it is and what for. */
export function placesOf(wanted: MakeTeam, lead: string): readonly Place[] {
  const prefix = lead.slice(0, LONGEST_PREFIX);
  return JOBS.flatMap((job) => Array.from({ length: wanted[job] }, (_, index) => ({ job, name: `${prefix} ${job} ${index + 1}` }))).map((place, position) => ({ ...place, position }));
}

export interface AdmissionFacts {
  /** The team of the channel; null when there is none. */
  readonly team: { readonly open: boolean; readonly project: string; readonly leadMember: string; readonly leadMachine: string } | null;
  /** The worker's place by its name. */
  readonly place: { readonly ended: boolean; readonly session: string | null; readonly job: WorkerJob } | null;
}

/**
 * Whether a session may be the worker that it says it is. The worker acts with its lead's credential, so it has to be of the same member and
 * on the same machine; anybody else who knows the channel's name gets nowhere.
 */
export function mayJoin(facts: AdmissionFacts, session: { readonly id: string; readonly project: string; readonly member: string; readonly machine: string; readonly role: SessionRole }): Result<void> {
  const { team, place } = facts;
  if (session.role !== 'worker') return refuse('forbidden', 'not_worker', 'Only a worker joins a channel. Connect with --role worker.');
  if (team === null || team.project !== session.project || team.leadMember !== session.member || team.leadMachine !== session.machine) {
    return refuse('not_found', 'channel_not_found', 'This machine leads no team with that channel.');
  }
  if (!team.open) return refuse('forbidden', 'team_over', 'The team is over.');
  if (place === null) return refuse('forbidden', 'no_place', 'The team has no place for a worker of that name.');
  if (place.ended || (place.session !== null && place.session !== session.id)) return refuse('forbidden', 'place_over', 'That place in the team is over; it is not given again.');
  return ok();
}

export interface TeamFacts {
  /** The lead left on purpose. */
  readonly leadLeft: boolean;
  readonly leadOnline: boolean;
  /** Since the lead was last heard of. */
  readonly leadSilentSeconds: number;
  readonly offlineMinutes: number;
  readonly livingWorkers: number;
}

/**
 * Why a team is over without anybody having ended it. A lead whose network is away for a while keeps its team, as long as an agent would keep
 * working; a lead that died has nobody left, because its workers watch it and leave.
 */
export function teamOver({ leadLeft, leadOnline, leadSilentSeconds, offlineMinutes, livingWorkers }: TeamFacts): string | undefined {
  if (leadLeft) return 'Its lead has left.';
  if (leadOnline) return undefined;
  if (livingWorkers === 0) return 'Its lead is gone, and so are its workers.';
  return leadSilentSeconds > offlineMinutes * 60 ? `Its lead was out of reach for ${offlineMinutes} minutes.` : undefined;
}

/** What a run of this purpose is called when it is reported. */
const DID: Readonly<Record<string, string>> = { implement: 'the work on', review: 'the review of', merge: 'the merge of' };

/** What the studio reports when a worker's run has ended. */
export function reportOf(run: { readonly worker: string; readonly purpose: string; readonly status: string; readonly taskKey: string | null; readonly sentence: string | null }): string {
  const subject = run.taskKey === null ? `the ${run.purpose.replaceAll('_', ' ')} run` : `${DID[run.purpose] ?? `the ${run.purpose.replaceAll('_', ' ')} of`} ${run.taskKey}`;
  const end = run.status === 'succeeded' ? `${run.worker} finished ${subject}.` : `${run.worker} ended ${subject}: ${run.status.replaceAll('_', ' ')}.`;
  return run.sentence === null || run.sentence === '' ? end : `${end} ${run.sentence}`;
}

/** Whether the agents may say one more thing. */
export function mayTalk(turns: number, maxTurns: number): Result<{ readonly left: number; readonly askPerson: boolean }> {
  if (turns >= maxTurns) return refuse('too_many', 'turn_cap', `The team has said ${maxTurns} things since a person last spoke. It waits for one; go on with your own work.`);
  return ok({ left: maxTurns - turns - 1, askPerson: turns + 1 === maxTurns });
}

export interface DelegateFacts {
  readonly role: SessionRole;
  readonly own: boolean;
  readonly team: string | null;
  readonly worker: { readonly team: string; readonly ended: boolean; readonly connected: boolean; readonly job: WorkerJob; readonly name: string } | null;
  readonly parentInProject: boolean;
  readonly parentDepth: number;
  readonly parentOpen: boolean;
}

/** How deep tasks may nest, as for the subtasks that agents ask for. */
const DEEPEST = 2;

/** Whether a lead may hand a subtask to a worker. */
export function mayDelegate({ role, own, team, worker, parentInProject, parentDepth, parentOpen }: DelegateFacts): Result<void> {
  if (role !== 'lead') return refuse('forbidden', 'not_lead', 'Only a lead delegates; a worker asks for a subtask of its own run instead.');
  if (!own) return refuse('forbidden', 'not_your_session', 'This session is of another member.');
  if (team === null) return refuse('conflict', 'no_team', 'This session leads no team. Make one with maestro team.');
  if (worker === null || worker.team !== team) return refuse('not_found', 'worker_not_found', 'The team has no such worker.');
  if (worker.ended || !worker.connected) return refuse('conflict', 'worker_away', `${worker.name} is not there. Choose a worker that is connected.`);
  if (JOB_PURPOSES[worker.job] !== 'implement') return refuse('unprocessable', 'wrong_job', `${worker.name} reviews; a subtask is for a worker that writes changes (--dev).`);
  if (!parentInProject) return refuse('not_found', 'task_not_found', 'There is no such task in this project.');
  if (!parentOpen) return refuse('conflict', 'parent_over', 'The parent task has ended. Put the work into the plan instead.');
  if (parentDepth >= DEEPEST) return refuse('unprocessable', 'too_deep', `Subtasks may be nested ${DEEPEST} deep.`);
  return ok();
}

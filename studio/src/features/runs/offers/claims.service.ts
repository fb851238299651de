import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Result, RunPacket } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { TasksService } from '../../tasks/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { heldBackSentence, holdsBack } from '../domain/pause.js';
import type { StandingPause } from '../domain/pause.js';
import { holds } from '../domain/report.js';
import { NOW } from '../domain/run.js';
import type { RunRecord } from '../domain/run.js';
import { mustStep, stepRun } from '../domain/run-step.js';
import { RunLocks } from '../store/run-locks.js';
import type { LockedRun } from '../store/run-locks.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { RunSteps, subjectOf } from '../store/run-steps.js';
import { RunsRepository } from '../store/runs.repository.js';
import { Packets } from './packets.service.js';

export interface Claimed {
  readonly packet: RunPacket;
  readonly leaseUntil: string;
}

/** A session's run and the epoch under which it speaks of it. */
export interface Held {
  readonly run: string;
  readonly epoch: number;
}

/** From offer to work: claim, decline, start. */
@Injectable()
export class ClaimsService {
  constructor(
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly locks: RunLocks,
    private readonly steps: RunSteps,
    private readonly packets: Packets,
    private readonly tasks: TasksService,
  ) {}

  /** Takes an offer. Of twenty that claim at once one gets it; the row decides. */
  async claim(tx: Tx, session: BoundSession, runId: string): Promise<Result<Claimed>> {
    const locked = await this.locks.all(tx, runId);
    if (locked === undefined || locked.run.projectId !== session.projectId) return notFound();
    const { run, plan, task } = locked;
    const pause = await this.pauseOver(tx, run, plan);
    const decided = stepRun(run.status, 'claim', { paused: pause !== undefined });
    if (!decided.ok) return refuse('conflict', decided.code, decided.code === 'paused' && pause !== undefined ? heldBackSentence(pause) : decided.sentence);
    if (run.sessionId !== session.id) return refuse('forbidden', 'not_offered', 'This run is offered to another session.');
    const packet = await this.packets.make(tx, run, plan, run.epoch + 1, session);
    const reason = { because: 'claim', actor: actorOf(session), session: session.id };
    const claimed = await this.steps.write(tx, run, decided.step, reason, {
      claimedAt: NOW,
      packet,
      ackSeq: packet.lastSeq,
      // What a verdict will be bound to is what is handed out now, not what stood there when it was offered.
      ...(task === undefined ? {} : { textVersion: task.textVersion }),
    });
    await this.queries.forgetCoolDown(tx, session.id, subjectOf(run));
    return ok({ packet, leaseUntil: claimed.leaseUntil ?? '' });
  }

  /** Gives an offer back at once; costs no attempt. */
  async decline(tx: Tx, session: BoundSession, runId: string, why: string): Promise<Result<Record<string, never>>> {
    const run = await this.runs.lock(tx, runId);
    if (run === undefined || run.projectId !== session.projectId) return notFound();
    // Offered to another meanwhile, or taken: the answer crossed with something newer.
    if (run.status === 'dispatched' && run.sessionId === session.id) {
      await this.steps.write(tx, run, mustStep(run.status, 'declined', {}), { because: 'declined', actor: actorOf(session), why });
    }
    return ok({});
  }

  /** The lane is ready and the work begins. */
  async start(tx: Tx, session: BoundSession, { run: runId, epoch }: Held): Promise<Result<Record<string, never>>> {
    const locked = await this.locks.all(tx, runId);
    if (locked === undefined) return notFound();
    if (!holds(heldAs(locked.run), { session: session.id, epoch })) return stale();
    await this.begin(tx, locked, session);
    return ok({});
  }

  /** The widest pause that keeps this run from beginning. A pause takes offers back; this finds the one that was made in the same moment. */
  private async pauseOver(tx: Tx, run: RunRecord, plan: LockedRun['plan']): Promise<StandingPause | undefined> {
    const offer = { purpose: run.purpose, readOnly: run.readOnly, releasePushing: (plan?.releaseIntent ?? null) !== null };
    return (await this.queries.pausesOver(tx, run)).find(({ scope }) => holdsBack(scope, offer));
  }

  /** Makes sure that a run counts as started: what comes after a start report that was lost implies it. */
  async begin(tx: Tx, locked: LockedRun, session: BoundSession): Promise<LockedRun> {
    const { run, task } = locked;
    const isFirst = run.startedAt === null;
    const step = mustStep(run.status, 'start', {});
    if (!step.changed && !isFirst) return locked;
    const started = await this.steps.write(tx, run, step, { because: 'start', actor: actorOf(session) }, isFirst ? { startedAt: NOW } : {});
    // A blocked task is asked nothing: its run is about to hear that it has to wait.
    if (!isFirst || task === undefined || task.status === 'blocked') return { ...locked, run: started };
    const applied = await this.tasks.apply(tx, task.id, { event: 'run_started', session: session.id }, { actor: actorOf(session), causeRun: run.id });
    return { ...locked, run: started, task: applied.ok ? applied.value.task : task };
  }
}

export function heldAs({ status, epoch, sessionId: session }: RunRecord): { readonly status: RunRecord['status']; readonly epoch: number; readonly session: string | null } {
  return { status, epoch, session };
}

export function notFound(): Result<never> {
  return refuse('not_found', 'run_not_found', 'There is no such run.');
}

export function stale(): Result<never> {
  return refuse('conflict', 'stale_epoch', 'This session does not hold the run under this epoch any more. Stop it; its finished work is not lost.');
}

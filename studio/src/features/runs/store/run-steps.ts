import { Injectable } from '@nestjs/common';
import { ENDED_RUN_STATES, EventKind, METHODS } from '@maestro/protocol';
import type { Actor, RunStatus } from '@maestro/protocol';
import { Config } from '../../../config/index.js';
import { afterCommit } from '../../../platform/database/index.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import { Events } from '../../events/index.js';
import { SessionPush } from '../../sessions/index.js';
import { cooldownSeconds } from '../domain/cooldown.js';
import { NOW } from '../domain/run.js';
import type { RunPatch, RunRecord } from '../domain/run.js';
import type { RunStep } from '../domain/run-step.js';
import { RunMetrics } from './run-metrics.js';
import { RunQueriesRepository } from './run-queries.repository.js';
import { RunsRepository } from './runs.repository.js';

/** Why a step happens, and on whose behalf. */
export interface StepReason {
  readonly because: string;
  readonly actor: Actor;
  /** For people; also told to the daemon when the step stops it. */
  readonly why?: string;
  /** The session that a lease goes to, where the step gives one. */
  readonly session?: string;
}

/** The studio acting by itself. */
export const BY_STUDIO: Actor = { type: 'system', name: 'runs' };

const isEnded = (status: RunStatus): boolean => (ENDED_RUN_STATES as readonly RunStatus[]).includes(status);

/** Writes decided steps of runs: the row, the lease, the event, and what the daemon is told. Decides nothing. */
@Injectable()
export class RunSteps {
  constructor(
    private readonly config: Config,
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly events: Events,
    private readonly push: SessionPush,
    private readonly metrics: RunMetrics,
  ) {}

  /**
   * The caller holds the row. Gives the run as it is afterwards.
   *
   * @param patch what the step records besides its status. An `epoch` in it is a new one, under which a late outcome counts.
   */
  async write(tx: Tx, run: RunRecord, step: RunStep, reason: StepReason, patch: RunPatch = {}): Promise<RunRecord> {
    const leased = step.effects.includes('lease');
    const epoch = leased ? run.epoch + 1 : (patch.epoch ?? run.epoch);
    const columns = { ...this.columnsOf(step), ...patch, epoch, ...(leased ? { leaseUntil: { seconds: this.config.leaseSeconds } } : {}) };
    const after = await this.runs.update(tx, run, columns, epoch === run.epoch ? undefined : holderOf(run, reason));
    if (step.effects.includes('do_not_offer') && run.sessionId !== null) await this.queries.coolDown(tx, run.sessionId, subjectOf(run), (timesBefore) => cooldownSeconds(this.config.offerCooldownSeconds, timesBefore));
    if (step.effects.includes('stop_processes')) this.tellToStop(tx, run, reason.why ?? 'It is not wanted any more.');
    if (step.changed) await this.announce(tx, run, EventKind.runStatus, { from: step.from, to: step.to, epoch, ...detailsOf(reason) }, reason.actor);
    if (step.changed) afterCommit(tx, () => this.metrics.stepped(after));
    return after;
  }

  /** An event about the run that moves no state. */
  announce(tx: Tx, run: RunRecord, kind: EventKind, payload: Readonly<Record<string, unknown>>, actor: Actor): Promise<void> {
    const { id, workspaceId, projectId, planId, taskId, purpose } = run;
    return this.events.append(tx, { kind, actor, workspaceId, projectId, planId, taskId, runId: id, payload: { run: id, purpose, ...payload } });
  }

  tellToStop(tx: Tx, { id, sessionId }: Pick<RunRecord, 'id' | 'sessionId'>, why: string): void {
    if (sessionId !== null) this.push.notify(tx, sessionId, METHODS.runCancel, { run: id as never, why });
  }

  async must(reader: Reader, id: string): Promise<RunRecord> {
    const run = await this.runs.find(reader, id);
    if (run === undefined) throw new Error(`run.vanished: ${id}`);
    return run;
  }

  /** What every step to a state writes, whoever caused it. */
  private columnsOf({ to, changed, effects }: RunStep): RunPatch {
    if (!changed) return {};
    const patch: RunPatch = { status: to };
    if (effects.includes('release')) patch.leaseUntil = null;
    if (isEnded(to)) return { ...patch, leaseUntil: null, endedAt: NOW, waitReasons: [], waitUntil: null, holds: [], pushing: false };
    switch (to) {
      case 'dispatched':
        return { ...patch, dispatchedAt: NOW, waitReasons: [], waitUntil: null, question: null };
      case 'waiting':
        return { ...patch, holds: [] };
      case 'claimed':
      case 'running':
        return { ...patch, lostAt: null, graceUntil: null };
      default:
        return patch;
    }
  }
}

/** What a cooldown is about: the task, or the plan for its own runs. */
export function subjectOf({ taskId, planId, projectId }: Pick<RunRecord, 'taskId' | 'planId' | 'projectId'>): string {
  return taskId ?? planId ?? projectId;
}

function holderOf({ sessionId }: Pick<RunRecord, 'sessionId'>, reason: StepReason): string {
  const session = reason.session ?? sessionId;
  if (session === null) throw new Error('run.grant_to_nobody: an epoch is always given to a session');
  return session;
}

function detailsOf({ because, why, session }: StepReason): Readonly<Record<string, unknown>> {
  return { because, ...(why === undefined ? {} : { why }), ...(session === undefined ? {} : { session }) };
}

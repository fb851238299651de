import { Injectable } from '@nestjs/common';
import { EventKind, METHODS } from '@maestro/protocol';
import type { Actor, PauseScope, Policy } from '@maestro/protocol';
import { Config } from '../../../config/index.js';
import { Database } from '../../../platform/database/index.js';
import type { Reader, Tx } from '../../../platform/database/index.js';
import { SessionPush } from '../../sessions/index.js';
import { holdsBack, takenBackSentence } from '../domain/pause.js';
import { mustStep } from '../domain/run-step.js';
import { OfferRoomRepository } from '../store/offer-room.repository.js';
import { RunQueriesRepository } from '../store/run-queries.repository.js';
import { BY_STUDIO, RunSteps } from '../store/run-steps.js';
import { RunsRepository } from '../store/runs.repository.js';
import type { NewRun } from '../store/runs.repository.js';

/** What came of an offer. `taken`: another dispatcher was first, or the epic is busy. `full`: the session has no slot left. */
export type Offered = 'offered' | 'taken' | 'full';

const BATCH = 200;

/** Runs on offer: made by dispatch, taken by their session, withdrawn when nobody takes them. */
@Injectable()
export class OffersService {
  constructor(
    private readonly config: Config,
    private readonly database: Database,
    private readonly runs: RunsRepository,
    private readonly queries: RunQueriesRepository,
    private readonly room: OfferRoomRepository,
    private readonly steps: RunSteps,
    private readonly push: SessionPush,
  ) {}

  /**
   * Makes a run and offers it. The caller holds plan and task and has found the work due; here only what two dispatchers could both
   * believe is settled: the last slot of project, machine, session and agent, and the one live run per work.
   *
   * @param most how many runs the policy allows at once, in the project and in one session.
   */
  async offer(tx: Tx, run: NewRun, most: Policy['concurrency']): Promise<Offered> {
    const session = await this.room.claim(tx, run, most);
    if (session === undefined) return 'full';
    const made = await this.runs.insert(tx, run);
    if (made === undefined) return 'taken';
    const { taskId: task, purpose, stage, attempt, revision, repair } = made;
    const payload = { status: made.status, task, purpose, stage, attempt, revision, repair, session: session.id, sessionName: session.name };
    await this.steps.announce(tx, made, EventKind.runCreated, payload, { type: 'system', name: 'dispatch' });
    this.push.notify(tx, session.id, METHODS.runAvailable, { run: run.id as never });
    return 'offered';
  }

  /** The poll behind `run/available`. */
  offeredTo(reader: Reader, sessionId: string): Promise<readonly string[]> {
    return this.queries.offeredTo(reader, sessionId);
  }

  /** A session is going away: what was offered to it may go elsewhere at once. */
  async withdraw(tx: Tx, sessionId: string): Promise<void> {
    for (const run of await this.runs.lockOfSession(tx, sessionId, ['dispatched'])) {
      await this.steps.write(tx, run, mustStep(run.status, 'session_gone', {}), { because: 'session_gone', actor: BY_STUDIO, why: 'The machine went away before it took the run.' });
    }
  }

  /**
   * Somebody paused this: what is on offer there and not taken is taken back, and is due again when it goes on. The caller has written the
   * pause in this transaction, so an offer that is claimed meanwhile either was first, or is refused.
   */
  async takeBack(tx: Tx, scope: PauseScope, subject: string, actor: Actor): Promise<void> {
    const offers = await this.runs.lockOffers(tx, scope, subject);
    const pushing = new Set(await this.queries.pushingReleases(tx, offers.flatMap(({ planId }) => planId ?? [])));
    for (const run of offers) {
      if (!holdsBack(scope, { ...run, releasePushing: run.planId !== null && pushing.has(run.planId) })) continue;
      await this.steps.write(tx, run, mustStep(run.status, 'dispatch_paused', {}), { because: 'dispatch_paused', actor, why: takenBackSentence(scope) });
    }
  }

  /** Offers that nobody took in time; each in a transaction of its own. */
  async withdrawUnclaimed(signal: AbortSignal): Promise<void> {
    for (const id of await this.database.read((reader) => this.queries.unclaimed(reader, this.config.claimSeconds, BATCH))) {
      if (signal.aborted) return;
      await this.database.inTransaction(async (tx) => {
        const run = await this.runs.lock(tx, id);
        if (run?.status !== 'dispatched') return;
        const why = `It was not claimed within ${this.config.claimSeconds} s.`;
        await this.steps.write(tx, run, mustStep(run.status, 'unclaimed', {}), { because: 'unclaimed', actor: BY_STUDIO, why });
      });
    }
  }
}

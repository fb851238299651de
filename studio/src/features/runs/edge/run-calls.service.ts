import { Injectable } from '@nestjs/common';
import { ok, refuse } from '@maestro/protocol';
import type { Counted, METHODS, Result } from '@maestro/protocol';
import type { z } from 'zod';
import type { Access } from '../../../platform/access/index.js';
import { Database } from '../../../platform/database/index.js';
import type { Tx } from '../../../platform/database/index.js';
import { newId } from '../../../platform/ids/index.js';
import { Operations } from '../../../platform/idempotency/index.js';
import { actorOf } from '../../sessions/index.js';
import type { BoundSession } from '../../sessions/index.js';
import { ProposalsService } from '../ends/proposals.service.js';
import { FinishesService } from '../ends/finishes.service.js';
import { pauseBetweenBatches } from '../domain/pace.js';
import { holds } from '../domain/report.js';
import type { PushAnswer } from '../domain/push-permission.js';
import { ClaimsService, heldAs, notFound, stale } from '../offers/claims.service.js';
import type { Claimed } from '../offers/claims.service.js';
import { OffersService } from '../offers/offers.service.js';
import { CallerSessions } from '../store/caller-sessions.repository.js';
import { RunLocks } from '../store/run-locks.js';
import { RunsRepository } from '../store/runs.repository.js';
import { BudgetsService } from '../work/budgets.service.js';
import { CatalogParts } from '../work/catalog-parts.service.js';
import { ChangeParts } from '../work/change-parts.service.js';
import { JournalService } from '../work/journal.service.js';
import { PushesService } from '../work/pushes.service.js';
import { RunSubtasks } from '../work/run-subtasks.service.js';
import type { SubtaskAdded } from '../work/run-subtasks.service.js';
import { WaitsService } from '../work/waits.service.js';

type Params<M extends keyof typeof METHODS> = z.output<(typeof METHODS)[M]['params']>;
type Nothing = Result<Record<string, never>>;

/** Everything a daemon says about its runs, one transaction each, once per opId. Both doors (socket and HTTP) lead here. */
@Injectable()
export class RunCalls {
  /** Batches of journal lines that are being written at this moment. */
  private writing = 0;

  constructor(
    private readonly database: Database,
    private readonly operations: Operations,
    private readonly callers: CallerSessions,
    private readonly runs: RunsRepository,
    private readonly locks: RunLocks,
    private readonly offers: OffersService,
    private readonly claims: ClaimsService,
    private readonly journal: JournalService,
    private readonly pushes: PushesService,
    private readonly waits: WaitsService,
    private readonly finishes: FinishesService,
    private readonly subtasks: RunSubtasks,
    private readonly proposals: ProposalsService,
    private readonly budgets: BudgetsService,
    private readonly parts: CatalogParts,
    private readonly changes: ChangeParts,
  ) {}

  offered(session: BoundSession): Promise<readonly string[]> {
    return this.database.read((reader) => this.offers.offeredTo(reader, session.id));
  }

  claim(session: BoundSession, { opId, run }: Params<'runClaim'>): Promise<Result<Claimed>> {
    return this.once(session, opId, 'run/claim', (tx) => this.claims.claim(tx, session, run));
  }

  decline(session: BoundSession, { opId, run, why }: Params<'runDecline'>): Promise<Nothing> {
    return this.once(session, opId, 'run/decline', (tx) => this.claims.decline(tx, session, run, why));
  }

  start(session: BoundSession, { opId, ...held }: Params<'runStart'>): Promise<Nothing> {
    return this.once(session, opId, 'run/start', (tx) => this.claims.start(tx, session, held));
  }

  async events(session: BoundSession, { events, usage, ...held }: Params<'runEvents'>): Promise<Result<{ readonly ackSeq: number; readonly pauseMs: number }>> {
    this.writing += 1;
    try {
      const before = await this.database.read((reader) => this.runs.find(reader, held.run));
      const appended = await this.database.inTransaction((tx) => this.journal.append(tx, session, held, events, usage));
      if (!appended.ok) return appended;
      // Not in the same transaction: history is kept whatever the budget says.
      if (appended.value.usageGrew && before !== undefined) await this.budgets.lookAt(held.run, before.usage);
      return ok({ ackSeq: appended.value.ackSeq, pauseMs: pauseBetweenBatches(this.writing) });
    } finally {
      this.writing -= 1;
    }
  }

  checkpoint(session: BoundSession, { opId, head, ...held }: Params<'runCheckpoint'>): Promise<Nothing> {
    return this.once(session, opId, 'run/checkpoint', (tx) => this.journal.checkpoint(tx, session, held, head));
  }

  push(session: BoundSession, { opId, head, tip, commit, tipMoved, ...held }: Params<'runPush'>): Promise<Result<PushAnswer>> {
    return this.once(session, opId, 'run/push', (tx) => this.pushes.ask(tx, session, held, { head, tip, commit, tipMoved }));
  }

  wait(session: BoundSession, { opId, run, epoch, ...asked }: Params<'runWait'>): Promise<Nothing> {
    return this.once(session, opId, 'run/wait', (tx) => this.waits.wait(tx, session, { run, epoch }, asked));
  }

  finish(session: BoundSession, { opId, run, epoch, outcome, usage }: Params<'runFinish'>): Promise<Result<{ readonly counted: Counted }>> {
    return this.once(session, opId, 'run/finish', (tx) => this.finishes.finish(tx, session, { run, epoch }, { outcome, usage }));
  }

  subtask(session: BoundSession, { opId, run, epoch, ...asked }: Params<'runSubtask'>): Promise<Result<SubtaskAdded>> {
    return this.once(session, opId, 'run/subtask', (tx) => this.subtasks.add(tx, session, { run, epoch }, asked));
  }

  manifest(session: BoundSession, { opId, run, epoch, ...part }: Params<'catalogManifest'>): Promise<Result<{ readonly wanted: readonly string[] }>> {
    return this.once(session, opId, 'catalog/manifest', (tx) => this.parts.manifest(tx, session, { run, epoch }, part));
  }

  upload(session: BoundSession, { opId, run, epoch, ...part }: Params<'catalogUpload'>): Promise<Result<{ readonly stored: number }>> {
    return this.once(session, opId, 'catalog/upload', (tx) => this.parts.upload(tx, session, { run, epoch }, part));
  }

  change(session: BoundSession, { opId, run, epoch, ...part }: Params<'changeUpload'>): Promise<Nothing> {
    return this.once(session, opId, 'change/upload', (tx) => this.changes.take(tx, session, { run, epoch }, part));
  }

  /** Over HTTP a run is named without its epoch: the caller speaks for whoever holds it now, if that is one of the caller's machines. */
  async holderOf(access: Access, runId: string): Promise<Result<{ readonly session: BoundSession; readonly epoch: number }>> {
    return this.database.read(async (reader) => {
      const run = await this.runs.find(reader, runId);
      if (run === undefined) return notFound();
      const session = run.sessionId === null ? undefined : await this.callers.find(reader, run.sessionId);
      if (session?.memberId !== access.memberId) return refuse('forbidden', 'not_holder', 'Another member\'s machine has this run.');
      return ok({ session, epoch: run.epoch });
    });
  }

  /** A session of the caller's. */
  async sessionOf(access: Access, sessionId: string): Promise<Result<BoundSession>> {
    const session = await this.database.read((reader) => this.callers.find(reader, sessionId));
    if (session?.memberId !== access.memberId) return refuse('forbidden', 'not_your_session', 'This session is another member\'s machine.');
    return ok(session);
  }

  /** The same claim over HTTP: of the run that is named, or of the oldest one on offer. */
  async claimNext(session: BoundSession, run: string | undefined): Promise<Result<Claimed>> {
    const wanted = run ?? (await this.offered(session))[0];
    if (wanted === undefined) return refuse('not_found', 'nothing_offered', 'Nothing is on offer to this session now.');
    return this.claim(session, { opId: newId(), run: wanted } as Params<'runClaim'>);
  }

  /** An architect's agent hands its proposal in and reads the problems in the answer. */
  handIn(session: BoundSession, runId: string, epoch: number, text: string): Promise<Result<{ readonly accepted: true }>> {
    return this.database.inTransaction(async (tx) => {
      const locked = await this.locks.all(tx, runId);
      if (locked === undefined) return notFound();
      const { run, plan } = locked;
      if (!holds(heldAs(run), { session: session.id, epoch })) return stale();
      if (run.purpose !== 'plan' || plan === undefined) return refuse('unprocessable', 'wrong_purpose', 'Only an architect run hands in a proposal.');
      return this.proposals.handIn(tx, plan.id, run.id, text, { actor: actorOf(session), causeRun: run.id });
    });
  }

  private once<T>(session: BoundSession, opId: string, method: string, work: (tx: Tx) => Promise<Result<T>>): Promise<Result<T>> {
    return this.database.inTransaction((tx) => this.operations.once(tx, { scope: `session:${session.id}`, opId, method }, () => work(tx)));
  }
}

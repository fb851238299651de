import { Injectable } from '@nestjs/common';
import { EventKind, LIVE_RUN_STATES, METHODS, Purpose } from '@maestro/protocol';
import type { RunStatus, WaitReason } from '@maestro/protocol';
import type { Tx } from '../../../platform/database/index.js';
import { SessionPush } from '../../sessions/index.js';
import { TaskRuns } from '../../tasks/index.js';
import { mustStep } from '../domain/run-step.js';
import { BY_STUDIO, RunSteps } from '../store/run-steps.js';
import { RunWaiting } from '../store/run-waiting.js';
import { RunsRepository } from '../store/runs.repository.js';

/** What tasks ask of their runs; see the port. The caller holds plan and task. */
@Injectable()
export class RunsOfTasks extends TaskRuns {
  constructor(
    private readonly runs: RunsRepository,
    private readonly steps: RunSteps,
    private readonly waiting: RunWaiting,
    private readonly push: SessionPush,
  ) {
    super();
  }

  async end(tx: Tx, taskId: string, statuses: readonly RunStatus[], { except, why }: { readonly except: string | null; readonly why: string }): Promise<void> {
    for (const run of await this.runs.lockOfTask(tx, taskId, statuses)) {
      if (run.id === except) continue;
      // The task has decided, knowing of any push: a run that asked to push is not protected from its own task's end.
      await this.steps.write(tx, run, mustStep(run.status, 'cancel', { pushing: false }), { because: 'cancel', actor: BY_STUDIO, why });
    }
  }

  async hold(tx: Tx, taskId: string, reason: WaitReason): Promise<void> {
    for (const run of await this.runs.lockOfTask(tx, taskId, ['claimed', 'running', 'waiting', 'lost'])) await this.waiting.ask(tx, run, reason);
  }

  async restart(tx: Tx, taskId: string, why: string): Promise<void> {
    for (const run of await this.runs.lockOfTask(tx, taskId, LIVE_RUN_STATES)) {
      // Only who writes has work to save: a review of a text that is gone ends at once.
      if (run.status === 'running' && run.purpose === Purpose.implement) await this.waiting.ask(tx, run, 'restart');
      else await this.steps.write(tx, run, mustStep(run.status, 'cancel', { pushing: false }), { because: 'cancel', actor: BY_STUDIO, why });
    }
  }

  async release(tx: Tx, taskId: string, reason: WaitReason): Promise<void> {
    for (const run of await this.runs.lockOfTask(tx, taskId, ['claimed', 'running', 'waiting', 'lost'])) await this.waiting.remove(tx, run, [reason]);
  }

  async steer(tx: Tx, taskId: string, text: string): Promise<void> {
    for (const run of await this.runs.lockOfTask(tx, taskId, ['claimed', 'running', 'waiting', 'lost'])) {
      await this.steps.announce(tx, run, EventKind.runSteered, { text }, BY_STUDIO);
      if (run.sessionId !== null) this.push.notify(tx, run.sessionId, METHODS.runSteer, { run: run.id as never, text });
    }
  }
}

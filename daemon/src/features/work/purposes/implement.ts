import type { CatalogHit, Counted, RunOutcome } from '@maestro/protocol';
import type { AgentAdapter } from '../../agents/index.js';
import { implementPrompt, uncollectablePrompt, validationPrompt } from '../../conversations/index.js';
import type { AgentWork } from '../agent-work.js';
import { agentOf, beginAgentWork } from '../agent-work.js';
import { Checkpoints } from '../checkpoints.loop.js';
import { endOfTurn, failed, needed, outcome } from '../ends.js';
import { partsFor } from '../known-parts.js';
import type { StartedLane } from '../lane-start.js';
import { startLane } from '../lane-start.js';
import { publish, takeFromLane, validateLane } from '../take-work.js';
import type { RunContext, StopReason, Work, WorkEnd, Workplace } from '../work.types.js';

/** Writes a task's change: lane, agent, commands, commits, branch. */
export const implement: Work = { execute, recover, afterStop, acknowledged };

/** How often the agent gets its work back: failed commands, or something in the lane that cannot be taken. */
const ROUNDS = 3;
/** The journal's step that says whether the agent still had something to do. */
const STEP = 'agent';

async function execute(run: RunContext): Promise<WorkEnd> {
  const adapter = agentOf(run);
  if ('kind' in adapter) return adapter;
  const place = await run.place();
  if (!place.ok) return failed('git', place.refusal.sentence);
  const started = await startLane(run, place.value, adapter.name);
  if ('kind' in started) return started;
  await run.started();
  const job = new ImplementJob(run, place.value, adapter, started);
  try {
    return await job.work();
  } finally {
    await job.end();
  }
}

class ImplementJob {
  private readonly checkpoints: Checkpoints;
  private agent: AgentWork;
  private known: readonly CatalogHit[] = [];
  private rounds = ROUNDS;
  private finalMessage = '';

  constructor(
    private readonly run: RunContext,
    private readonly place: Workplace,
    private readonly adapter: AgentAdapter,
    private readonly started: StartedLane,
  ) {
    this.checkpoints = new Checkpoints(run, place.lanes, started.lane, needed(run.packet.task, 'task').key);
    this.agent = this.begin();
  }

  async work(): Promise<WorkEnd> {
    const { run } = this;
    this.checkpoints.start();
    const { title, description } = needed(run.packet.task, 'task');
    this.known = await partsFor(run, title, description);
    let prompt = this.firstPrompt();
    for (;;) {
      await run.step(STEP, { state: 'working' });
      const end = await this.agent.talk.turn(prompt);
      if (end.kind !== 'completed') return endOfTurn(end, run.packet.policy);
      this.finalMessage = end.finalMessage;
      const problems = await this.agent.settleDirectives();
      const early = await this.afterTurn();
      if (early !== undefined) return early;
      await run.step(STEP, { state: 'ended', finalMessage: end.finalMessage });
      const next = problems.length > 0 && this.rounds > 0 ? this.again(problems.join('\n')) : await this.conclude();
      if (typeof next !== 'string') return next;
      prompt = next;
    }
  }

  async end(): Promise<void> {
    await this.agent.close();
    await this.checkpoints.stop();
  }

  private begin(): AgentWork {
    return beginAgentWork(this.run, this.adapter, { cwd: this.started.lane.path, checkpoint: () => this.checkpoints.now() });
  }

  private firstPrompt(): string {
    const { conflicts, earlierWork } = this.started;
    return implementPrompt(this.run.packet, { tools: this.agent.toolNames, conflicts, earlierWork, known: this.known });
  }

  private async afterTurn(): Promise<WorkEnd | undefined> {
    const { question, yields } = this.agent.tools;
    await this.checkpoints.now();
    if (yields) return outcome({ kind: 'yielded' });
    return question === undefined ? undefined : { kind: 'wait', reason: 'human', question };
  }

  private again(words: string): string {
    this.rounds -= 1;
    return words;
  }

  /** The end, or the prompt of another round. */
  private async conclude(): Promise<WorkEnd | string> {
    const { run, place, started } = this;
    const validated = await validateLane(run, started.lane);
    if (!validated.ok) {
      if (this.rounds === 0) return failed('validation', `The command "${validated.name}" still ${validated.timedOut ? 'does not end in time' : 'fails'} after ${ROUNDS} rounds.`, validated.output);
      return this.again(validationPrompt(validated, this.rounds - 1));
    }
    await this.agent.close();
    const taken = await takeFromLane(run, place, started.lane);
    if (taken.kind === 'taken') return publish(run, place, started.lane, taken.collected, this.finalMessage);
    if (taken.kind !== 'repairable') return taken;
    if (this.rounds === 0) return failed('lane', taken.sentence);
    this.agent = this.begin();
    const words = this.again(uncollectablePrompt(taken.sentence, taken.paths));
    return this.adapter.capabilities.resume ? words : `${this.firstPrompt()}\n\n${words}`;
  }
}

/** When the agent had ended its work before the crash, the rest needs no agent; otherwise its work is kept for the next attempt. */
async function recover(run: RunContext): Promise<WorkEnd> {
  const crashed = failed('crash', 'The daemon died while the agent worked. What it had written is kept in the lane.');
  const step = run.steps.get(STEP);
  const task = needed(run.packet.task, 'task');
  const place = await run.place();
  if (step?.['state'] !== 'ended' || !place.ok) return crashed;
  const lane = await place.value.lanes.find(task.id);
  if (lane === null) return crashed;
  const validated = await validateLane(run, lane);
  if (!validated.ok) return crashed;
  const taken = await takeFromLane(run, place.value, lane);
  return taken.kind === 'taken' ? publish(run, place.value, lane, taken.collected, String(step['finalMessage'] ?? '')) : crashed;
}

async function afterStop(run: RunContext, why: StopReason): Promise<string | undefined> {
  const task = needed(run.packet.task, 'task');
  const place = await run.place();
  const lane = place.ok ? await place.value.lanes.find(task.id) : null;
  if (!place.ok || lane === null) return undefined;
  const { lanes } = place.value;
  if (why !== 'cancelled' && why !== 'superseded' && run.isFree()) {
    const made = await lanes.checkpoint(lane, { taskKey: task.key });
    if (made.kind === 'pushed') run.checkpointed(made.commit);
    if (made.kind !== 'skipped') return made.commit;
  }
  const snapshot = await lanes.snapshot(lane, why.replaceAll('_', '-'));
  run.emit('log', { stream: 'stderr', text: snapshot.ok ? `The lane is kept at ${snapshot.value.ref}.` : `The lane could not be kept: ${snapshot.refusal.sentence}` });
  return undefined;
}

/** Work that came too late is not thrown away: its commits stay where people find them, whatever becomes of the task's branch. */
async function acknowledged(run: RunContext, ended: RunOutcome, counted: Counted): Promise<void> {
  if (counted === 'counted' || ended.kind !== 'produced') return;
  const place = await run.place();
  if (place.ok && (await place.value.vault.hasCommit(ended.head))) await place.value.vault.keepLate(run.packet.run, ended.head);
}

import { describe, expect, it } from 'vitest';
import type { RunView, SessionView } from '@maestro/protocol';
import { freeze, gone, killDaemon, processesOf, restartDaemon, straggler, thaw } from '../harness/faults.js';
import type { Gate, Purposes, Scene, ScenePlan, SiteMachine, Step } from '../harness/index.js';
import { approve, does, run, stage, write, writes } from '../harness/index.js';
import { ProcessWatch } from './world/process-watch.js';
import { MINUTE_MS, WrongClock } from './world/wrong-clock.js';

describe('processes that die or go away', () => {
  // Alone: whoever kills the studio or the daemon kills it for every scenario.
  const { scenario, site } = stage({ alone: true });
  const watch = new ProcessWatch();

  scenario('the studio is killed while an agent writes', ['R-studio-killed-implement'], async (scene) => {
    const { plan, gate } = await heldInImplement(scene);
    const before = await live(plan, 'implement');
    const agents = await processesOf(before.id);
    await site().killStudio();
    await site().startStudio();
    expect(await processesOf(before.id), 'the agent works on, whoever is away').toEqual(agents);
    await gate.open();
    await landsOnce(scene, plan);
    await oneRunOf(plan, 'implement', before);
  });

  scenario('the daemon is killed while an agent writes', ['R-daemon-killed-implement'], async (scene) => {
    const { plan, gate } = await heldInImplement(scene);
    await dies(scene, plan, 'implement');
    await gate.open();
    await landsOnce(scene, plan);
    await crashedOnce(plan, 'implement');
  });

  scenario('the studio is killed while an agent reviews', ['R-studio-killed-review'], async (scene) => {
    const { plan, gate } = await heldInReview(scene);
    const before = await live(plan, 'review');
    const agents = await processesOf(before.id);
    await site().killStudio();
    await site().startStudio();
    expect(await processesOf(before.id)).toEqual(agents);
    await gate.open();
    await landsOnce(scene, plan);
    await oneRunOf(plan, 'review', before);
    expect((await plan.detail('only')).reviews.length, 'the verdict is counted once').toBe(1);
  });

  scenario('the daemon is killed while an agent reviews', ['R-daemon-killed-review'], async (scene) => {
    const { plan, gate } = await heldInReview(scene);
    await dies(scene, plan, 'review');
    await gate.open();
    await landsOnce(scene, plan);
    await crashedOnce(plan, 'review');
    expect((await plan.runs('only', 'implement')).length, 'a crashed review costs the author nothing').toBe(1);
    expect((await plan.task('only')).revisions).toBe(0);
  });

  scenario('the studio is killed while a task lands', ['R-studio-killed-merge'], async (scene) => {
    const { plan, validation } = await heldInMerge(scene);
    const before = await live(plan, 'merge');
    const commands = await processesOf(before.id);
    expect(commands).not.toEqual([]);
    await site().killStudio();
    await validation.release();
    await scene.until('the command to end while the studio is away', async () => (await processesOf(before.id)).every((pid) => !commands.includes(pid)));
    await site().startStudio();
    await landsOnce(scene, plan);
    await oneRunOf(plan, 'merge', before);
  });

  scenario('the daemon is killed while a task lands', ['R-daemon-killed-merge'], async (scene) => {
    const { plan, validation } = await heldInMerge(scene);
    const before = await live(plan, 'merge');
    await dies(scene, plan, 'merge');
    await validation.release();
    await landsOnce(scene, plan);
    // A landing begins by reading the epic, so beginning again is its recovery: no attempt is lost.
    await oneRunOf(plan, 'merge', before);
  });

  scenario('the daemon dies between each two steps of a landing, one after the other', ['R-daemon-killed-landing'], async (scene) => {
    await scene.begin({ machines: [] });
    const desk = await site().machine();
    const plan = await scene.activePlan({ only: { script: writes('only.txt') } });
    for (const point of LANDING) await diesAt(scene, desk, point);
    await restartDaemon(scene, desk);
    await landsOnce(scene, plan);
    expect((await plan.runs('only', 'merge')).map(({ status, attempt }) => ({ status, attempt }))).toEqual([{ status: 'succeeded', attempt: 1 }]);
    expect((await plan.runs('only', 'implement')).length, 'nothing is written again').toBe(1);
  });

  scenario('the clock of a machine is wrong, and jumps while an agent writes', ['R-daemon-wrong-clock'], async (scene) => {
    const desk = await site().machine();
    const clock = await WrongClock.make(scene.path('clock'));
    await desk.machine.stop();
    desk.machine.set(clock.env);
    try {
      const { plan, gate } = await heldInImplement(scene);
      const before = await live(plan, 'implement');
      const agents = await processesOf(before.id);
      for (const minutes of [10, -10, 10]) {
        await clock.set(minutes * MINUTE_MS);
        const seen = await lastSeen(scene);
        await scene.until('the machine to be heard of under its new time', async () => (await lastSeen(scene)) > seen);
      }
      expect(await processesOf(before.id), 'the agent works on').toEqual(agents);
      await gate.open();
      await landsOnce(scene, plan);
      await oneRunOf(plan, 'implement', before);
    } finally {
      desk.machine.set();
      await desk.machine.stop();
    }
    await restartDaemon(scene, desk);
  });

  scenario('the studio is stopped and started in the middle of a run', ['R-studio-restart'], async (scene) => {
    const { plan, gate } = await heldInImplement(scene);
    const before = await live(plan, 'implement');
    const agents = await processesOf(before.id);
    await site().stopStudio();
    // The agent ends while nobody listens; its outcome is told later.
    await gate.open();
    await scene.until('the agent to end', async () => (await processesOf(before.id)).every((pid) => !agents.includes(pid)));
    await site().startStudio();
    await landsOnce(scene, plan);
    await oneRunOf(plan, 'implement', before);
  });

  scenario('the daemon is told to stop, and started again', ['R-daemon-restart'], async (scene) => {
    const { plan } = await heldInImplement(scene, write('half.txt', 'half\n'));
    const before = await live(plan, 'implement');
    const desk = await site().machine();
    await desk.machine.stop();
    expect(await processesOf(before.id), 'a daemon that stops in order leaves nothing behind').toEqual([]);
    expect(await scene.origin.file(`refs/maestro/wip/${plan.taskId('only')}`, 'half.txt'), 'what was written is safe on the remote').toBe('half');
    await plan.rehearse({ only: { implement: does(run('grep half half.txt'), write('only.txt', 'only.txt\n')) } });
    await restartDaemon(scene, desk);
    await landsOnce(scene, plan);
    // Between the yield and the end of the daemon the work may be offered to it once more; that is taken back, and costs nothing.
    const [first, second, ...more] = (await plan.runs('only', 'implement')).filter(({ status }) => status !== 'withdrawn');
    expect(more).toEqual([]);
    expect(first).toMatchObject({ id: before.id, status: 'yielded' });
    expect(second, 'costs no attempt').toMatchObject({ status: 'succeeded', attempt: 1 });
  });

  scenario('a machine stays away, another takes over, and the first comes back late', ['R-lost-elsewhere'], async (scene) => {
    await scene.begin({ policy: { lostGraceSeconds: 0 } });
    const [gate, no] = [scene.gate(), scene.gate()];
    const saved: readonly Step[] = [write('saved.txt', 'saved\n'), { tool: { name: 'checkpoint', args: {} } }];
    const plan = await scene.activePlan({
      only: { script: { implement: does(...saved, straggler(scene), ...gate.steps, write('late.txt', 'late\n')) } },
      no: { script: { implement: does(...no.steps) } },
    });
    await Promise.all([gate.reached(), no.reached()]);
    const first = await live(plan, 'implement');
    const [desk, other] = [await site().machine(), await site().machine('other')];
    freeze(desk);
    try {
      await scene.until('the runs of the silent machine to be lost', async () => (await Promise.all(['only', 'no'].map((name) => plan.runs(name)))).every(([each]) => each?.status === 'lost'));
      expect(await plan.act('no', 'cancel')).toMatchObject({ status: 'cancelled' });
      await plan.rehearse({ only: { implement: does(run('grep saved saved.txt'), write('only.txt', 'only.txt\n')) } });
      await scene.connect(other);
      await landsOnce(scene, plan);
      // The agent of the silent machine ends its work, too late.
      await gate.open();
    } finally {
      thaw(desk);
    }
    // The task went on without it, so its run has ended: the machine is told to stop, and keeps what the agent wrote to itself.
    await scene.until('its processes to be gone', async () => (await processesOf(first.id)).length === 0, 10_000);
    await landsOnce(scene, plan);
    const [lost, second, ...more] = await plan.runs('only', 'implement');
    expect(more).toEqual([]);
    expect(lost).toMatchObject({ id: first.id, status: 'cancelled' });
    expect(second).toMatchObject({ status: 'succeeded', attempt: 1, sessionName: 'other' });
    expect(await scene.origin.file(await epicOf(plan), 'saved.txt'), 'from the last checkpoint').toBe('saved');
    expect(await scene.origin.file(await epicOf(plan), 'late.txt'), 'late work is not counted').toBeUndefined();
  });

  it('leave none that has two runs, or whose run is over, and no lane to two', () => {
    expect(watch.violations()).toEqual([]);
    expect(watch.size).toBeGreaterThan(0);
  });

  /** Kills the daemon while the run works and starts it again: the same home, and nothing of the run's processes left. */
  async function dies(scene: Scene, plan: ScenePlan, purpose: string): Promise<void> {
    const { id } = await live(plan, purpose);
    const desk = await site().machine();
    expect((await watch.look(() => scene.runs())).map(({ run: of }) => of), 'processes with the mark of the run').toContain(id);
    const left = await killDaemon(desk, id);
    expect(left, 'a crash leaves processes behind, or there is nothing to clean up').not.toEqual([]);
    await restartDaemon(scene, desk);
    await gone(id, left);
    await watch.look(() => scene.runs());
  }
});

/** Each is reached by the landing that goes on where the one before it died. */
const LANDING = ['computed', 'committed', 'recorded', 'granted', 'pushed', 'told'] as const;

/** Starts the daemon anew, to die at this step of a landing, and waits until it has. */
async function diesAt(scene: Scene, desk: SiteMachine, step: (typeof LANDING)[number]): Promise<void> {
  await desk.machine.stop();
  desk.machine.set({ MAESTRO_FAILPOINT: `landing:${step}:1` });
  try {
    // It may die before it has said that it is connected.
    await restartDaemon(scene, desk).catch(() => undefined);
    await scene.until(`the daemon to die when the landing is ${step}`, () => Promise.resolve(!desk.machine.child.running), 60_000);
  } finally {
    desk.machine.set();
  }
}

/** When the studio last heard of a machine of the scene's project. */
async function lastSeen(scene: Scene): Promise<string> {
  const { data } = await scene.api.get<{ data: readonly SessionView[] }>(`/projects/${scene.project.id}/sessions`);
  return data.map(({ lastSeenAt }) => lastSeenAt).sort().at(-1) ?? '';
}

interface Held {
  readonly plan: ScenePlan;
  readonly gate: Gate;
}

async function heldInImplement(scene: Scene, ...before: readonly Step[]): Promise<Held> {
  await scene.begin();
  const gate = scene.gate();
  return held(scene, gate, { implement: does(...before, straggler(scene), ...gate.steps, write('only.txt', 'only.txt\n')) });
}

async function heldInReview(scene: Scene): Promise<Held> {
  await scene.begin();
  const gate = scene.gate();
  return held(scene, gate, { ...writes('only.txt'), review: [{ steps: [straggler(scene), ...gate.steps, approve] }] });
}

async function held(scene: Scene, gate: Gate, script: Purposes): Promise<Held> {
  const plan = await scene.activePlan({ only: { script } });
  await gate.reached();
  return { plan, gate };
}

async function heldInMerge(scene: Scene): Promise<{ plan: ScenePlan; validation: Awaited<ReturnType<Scene['origin']['holdValidation']>> }> {
  const { plan, gate } = await heldInReview(scene);
  const validation = await scene.origin.holdValidation();
  await gate.open();
  await validation.reached();
  return { plan, validation };
}

/** The one run of the purpose that is at work. */
async function live(plan: ScenePlan, purpose: string): Promise<RunView> {
  const running = (await plan.runs('only', purpose)).filter(({ status }) => status === 'running');
  expect(running.length, `one ${purpose} run at work`).toBe(1);
  return running[0]!;
}

async function epicOf(plan: ScenePlan): Promise<string> {
  return (await plan.tree()).epicBranch ?? '';
}

async function landsOnce(scene: Scene, plan: ScenePlan): Promise<void> {
  await plan.reaches('only', 'done');
  expect((await scene.origin.landed(await epicOf(plan))).length, 'landed once').toBe(1);
  expect(await scene.origin.file(await epicOf(plan), 'only.txt')).toBe('only.txt');
}

/** Nothing was tried again: the run from before went on, and succeeded. */
async function oneRunOf(plan: ScenePlan, purpose: string, before: RunView): Promise<void> {
  expect((await plan.runs('only', purpose)).map(({ id, status, attempt }) => ({ id, status, attempt }))).toEqual([{ id: before.id, status: 'succeeded', attempt: 1 }]);
}

/** Half a turn of an agent counts for nothing: it is told as a crash, and tried again. */
async function crashedOnce(plan: ScenePlan, purpose: string): Promise<void> {
  expect((await plan.runs('only', purpose)).map(({ status, attempt, failureClass }) => ({ status, attempt, failureClass }))).toEqual([
    { status: 'failed', attempt: 1, failureClass: 'crash' },
    { status: 'succeeded', attempt: 2, failureClass: null },
  ]);
}

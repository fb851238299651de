import { readFile } from 'node:fs/promises';
import { describe, expect } from 'vitest';
import type { Purposes, Scene, ScenePlan, SiteMachine } from './harness/index.js';
import { approve, does, run, say, stage, standing, subtask, write, writes } from './harness/index.js';

/** Task ids by what the parent's agent called them. */
async function adoptChild(scene: Scene, plan: ScenePlan, name: string, title: string): Promise<void> {
  const child = await scene.until(`the subtask ${title}`, async () => (await plan.tree()).tasks.find((task) => task.title === title));
  plan.adopt(name, child);
}

describe('plans and tasks that people hold, and agents that ask for more', () => {
  const { scenario, site } = stage();
  /** A machine that can be put to sleep without disturbing the other scenarios. */
  const sleeper = (name: string): Promise<SiteMachine> => site().machine(name);
  const sleep = ({ machine }: SiteMachine): boolean => process.kill(machine.child.pid, 'SIGSTOP');
  const wake = ({ machine }: SiteMachine): boolean => process.kill(machine.child.pid, 'SIGCONT');

  scenario('a subtask, and one that its parent waits for', ['R-subtask'], async (scene) => {
    await scene.begin();
    const [child, free] = [scene.gate(), scene.gate()];
    const plan = await scene.plan({
      waits: { script: { implement: does(run('echo kept > kept.txt'), subtask({ title: 'Before', wait: true })) } },
      goes: { script: { implement: does(subtask({ title: 'Besides' }), write('goes.txt', 'x\n')) } },
    });
    await plan.rehearseKey(`${scene.key}-3`, { implement: does(...child.steps, write('three.txt', 'x\n')) });
    await plan.rehearseKey(`${scene.key}-4`, { implement: does(...free.steps, write('four.txt', 'x\n')) });
    await plan.do('activate');
    await Promise.all([adoptChild(scene, plan, 'before', 'Before'), adoptChild(scene, plan, 'besides', 'Besides')]);
    const waits = await plan.reaches('waits', 'queued');
    expect(waits.dependsOn).toEqual([plan.taskId('before')]);
    await scene.until('the parent to have yielded', async () => (await plan.runs('waits')).some(({ status }) => status === 'yielded'));
    await plan.rehearse({ waits: { implement: does(run('grep kept kept.txt'), run('grep x three.txt four.txt 2>/dev/null; true'), write('waits.txt', 'x\n')) } });
    await Promise.all([child.reached(), free.reached()]);
    expect((await plan.task('waits')).status).toBe('queued');
    await Promise.all([child.open(), free.open()]);
    await plan.allReach('done');
    const attempts = (await plan.runs('waits', 'implement')).map(({ attempt, status }) => ({ attempt, status }));
    expect(attempts, 'to wait costs no attempt').toEqual([{ attempt: 1, status: 'yielded' }, { attempt: 1, status: 'succeeded' }]);
  });

  scenario('a subtask that needs its parent, and those of a review', ['R-subtask-after'], async (scene) => {
    await scene.begin();
    const plan = await scene.plan({
      parent: { script: { implement: does(subtask({ title: 'After', wait: true, needsParent: true }), write('parent.txt', 'x\n')) } },
      judged: { script: { ...writes('judged.txt'), review: [{ steps: [subtask({ title: 'Found' }), subtask({ title: 'Wanted', wait: true }), approve] }] } },
    });
    for (const number of [3, 4, 5]) await plan.rehearseKey(`${scene.key}-${number}`, writes(`child-${number}.txt`));
    await plan.do('activate');
    await Promise.all([adoptChild(scene, plan, 'after', 'After'), adoptChild(scene, plan, 'found', 'Found'), adoptChild(scene, plan, 'wanted', 'Wanted')]);
    expect((await plan.task('after')).dependsOn).toEqual([plan.taskId('parent')]);
    expect((await plan.task('wanted')).dependsOn).toEqual([plan.taskId('judged')]);
    await plan.allReach('done');
    expect((await plan.runs('parent', 'implement')).length).toBe(1);
  });

  scenario('a paused plan lets its runs end and begins nothing', ['R-pause'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(...gate.steps, write('only.txt', 'x\n')) } }, next: { after: ['only'], script: writes('next.txt') } });
    await gate.reached();
    expect(await plan.do('pause')).toMatchObject({ status: 'paused' });
    expect(await plan.do('pause')).toMatchObject({ status: 'paused' });
    await gate.open();
    await plan.reaches('only', 'in_review');
    await plan.edit({ op: 'set_plan', title: 'A plan that waits' });
    expect(await scene.refused(plan.do('release'))).toMatchObject({ code: 'not_active' });
    const why = await scene.api.get<{ waitingFor: string[] }>(`/tasks/${plan.taskId('only')}/why`);
    expect(why.waitingFor.join()).toContain('paused');
    expect((await plan.runs('only', 'review')).length).toBe(0);
    expect(await plan.do('resume')).toMatchObject({ status: 'active' });
    expect(await plan.do('resume')).toMatchObject({ status: 'active' });
    await plan.allReach('done');
  });

  scenario('a paused plan stops its agents, which go on from their lanes', ['R-pause-stop'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(run('echo kept > kept.txt'), ...gate.steps) } } });
    await gate.reached();
    await plan.do('pause', { stop: true });
    await scene.until('the run to wait', async () => (await plan.runs('only')).some(({ status, waitReasons }) => status === 'waiting' && waitReasons.join() === 'plan'));
    expect(await plan.do('pause', { stop: true })).toMatchObject({ status: 'paused' });
    expect((await plan.task('only')).status).toBe('in_progress');
    await plan.rehearse({ only: { implement: does(run('grep kept kept.txt'), write('only.txt', 'x\n')) } });
    await plan.do('resume');
    await plan.reaches('only', 'done');
    expect((await plan.runs('only', 'implement')).length, 'the same run goes on').toBe(1);
  });

  scenario('a paused project or plan takes back its offers, and the plan adds its reason to what waits', ['R-pause-offers'], async (scene) => {
    const dozer = await sleeper('dozer');
    const judge = await site().machine('judge');
    await scene.begin({ machines: [{ at: judge, args: ['--purposes', 'review,merge,bootstrap_epic,release,release_cleanup'] }, { at: dozer, args: ['--purposes', 'implement'] }] });
    const gate = scene.gate();
    const asks: Purposes = { implement: [{ steps: [...gate.steps, { ask_human: 'Which?' }, say('I ask.')] }] };
    const plan = await scene.activePlan({ waits: { script: asks }, offered: { after: ['first'], script: writes('offered.txt') }, first: { script: writes('first.txt') } });
    await gate.reached();
    const land = await scene.origin.holdPush('refs/heads/epic/*');
    await gate.open();
    await plan.reaches('waits', 'blocked/manual_attention');
    await scene.until('the run to wait', async () => (await plan.runs('waits')).some(({ status }) => status === 'waiting'));
    await land.reached();
    sleep(dozer);
    await land.release();
    await plan.reaches('first', 'done');
    await scene.until('the offer', async () => (await plan.runs('offered')).some(({ status }) => status === 'dispatched'));
    await scene.api.post(`/projects/${scene.project.id}/pause`, { why: 'A look at it first.' });
    expect((await plan.runs('offered')).map(({ status }) => status)).toEqual(['withdrawn']);
    await scene.api.post(`/projects/${scene.project.id}/resume`);
    await scene.until('the offer, again', async () => (await plan.runs('offered')).some(({ status }) => status === 'dispatched'));
    await plan.do('pause');
    expect((await plan.runs('offered')).map(({ status }) => status)).toEqual(['withdrawn', 'withdrawn']);
    expect((await plan.runs('waits')).map(({ waitReasons }) => [...waitReasons].sort())).toEqual([['human', 'plan']]);
    wake(dozer);
    await plan.rehearse({ waits: writes('waits.txt') });
    await plan.act('waits', 'answer', { text: 'That one.' });
    expect((await plan.runs('waits')).map(({ status, waitReasons }) => ({ status, waitReasons }))).toEqual([{ status: 'waiting', waitReasons: ['plan'] }]);
    await plan.do('resume');
    await plan.allReach('done');
  });

  scenario('a cancelled task leaves no process behind', ['R-cancel-tree'], async (scene) => {
    await scene.begin();
    const pids = scene.path('pids');
    const plan = await scene.activePlan({ only: { script: { implement: does({ spawn_children: { count: 3, file: pids } }, run('setsid sleep 600 > /dev/null 2>&1 &'), { hang: true }) } } });
    const children = await scene.until('the grandchildren', async () => {
      const all = (await readFile(pids, 'utf8')).trim().split('\n').map(Number);
      return all.length === 3 && all;
    });
    await plan.reaches('only', 'in_progress');
    const started = performance.now();
    await plan.act('only', 'cancel');
    await scene.until('all of them to be gone', () => children.every((pid) => !isAlive(pid)), 6_000);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  scenario('tasks that are cancelled wherever they are', ['R-cancel-anywhere'], async (scene) => {
    await scene.begin();
    const [work, judge] = [scene.gate(), scene.gate()];
    const plan = await scene.activePlan({
      written: { script: { implement: does(...work.steps) } },
      queued: { after: ['written'], script: {} },
      reviewed: { script: { ...writes('reviewed.txt'), review: [{ steps: [...judge.steps, approve] }] } },
    });
    await Promise.all([work.reached(), judge.reached()]);
    expect(await plan.act('queued', 'cancel')).toMatchObject({ status: 'cancelled' });
    expect(await plan.act('queued', 'cancel')).toMatchObject({ status: 'cancelled' });
    expect(await plan.act('reviewed', 'move', { to: 'cancelled' })).toMatchObject({ status: 'cancelled' });
    expect(await plan.edit({ op: 'cancel_task', task: plan.taskId('written') })).toMatchObject({ status: 'active' });
    expect(standing(await plan.task('written'))).toBe('cancelled');
    expect(await scene.refused(plan.act('written', 'start'))).toMatchObject({ code: 'task_cancelled' });
  });

  scenario('runs that are cancelled before they begin', ['R-cancel-runs'], async (scene) => {
    const napper = await sleeper('napper');
    const hold = scene.path('hold-setup');
    await scene.begin({ files: { '.maestro/setup': `#!/bin/sh\n: > '${hold}.reached'\nwhile [ ! -e '${hold}' ]; do sleep 0.02; done\n` }, machines: [{ at: napper, args: ['--capacity', '1'] }] });
    const plan = await scene.activePlan({ claimed: { script: writes('claimed.txt') }, next: { script: writes('next.txt') } });
    await scene.until('the setup to be under way', async () => (await readFile(`${hold}.reached`).catch(() => undefined)) !== undefined);
    const [claimed] = await scene.until('the claim', async () => (await scene.runs()).filter(({ purpose, status }) => purpose === 'implement' && status === 'claimed')).then((found) => found);
    expect(await scene.api.post(`/runs/${claimed?.id ?? ''}/cancel`, {})).toMatchObject({ status: 'cancelled' });
    const first = (await plan.tree()).tasks.find(({ id }) => id === claimed?.taskId);
    expect(first).toMatchObject({ status: 'blocked' });
    await scene.until('the place to be free again', async () => (await scene.runs()).some(({ purpose, status, taskId }) => purpose === 'implement' && status === 'claimed' && taskId !== claimed?.taskId));
    sleep(napper);
    const other = (await plan.tree()).tasks.find(({ id }) => id !== claimed?.taskId);
    await scene.api.post(`/tasks/${other?.id ?? ''}/stop`, {});
    await scene.api.post(`/tasks/${other?.id ?? ''}/start`, {});
    const offered = await scene.until('the offer', async () => (await scene.runs()).find(({ purpose, status }) => purpose === 'implement' && status === 'dispatched'));
    expect(await scene.api.post(`/runs/${offered.id}/cancel`, {})).toMatchObject({ status: 'cancelled' });
    wake(napper);
    await plan.do('cancel');
    await scene.until('nothing to be at work', async () => (await scene.runs()).every(({ endedAt }) => endedAt !== null));
  });

  scenario('plans that are cancelled', ['R-cancel-plan'], async (scene) => {
    await scene.begin();
    const gates = [scene.gate(), scene.gate()] as const;
    const active = await scene.activePlan({ one: { script: { implement: does(...gates[0].steps) } }, queued: { after: ['one'], script: {} } }, 'Active');
    const paused = await scene.activePlan({ two: { script: { implement: does(...gates[1].steps) } } }, 'Paused');
    await Promise.all(gates.map((gate) => gate.reached()));
    await paused.do('pause');
    expect(await active.do('cancel')).toMatchObject({ status: 'cancelled' });
    expect(await paused.do('cancel')).toMatchObject({ status: 'cancelled' });
    expect([...(await active.tree()).tasks, ...(await paused.tree()).tasks].map(({ status }) => status)).toEqual(['cancelled', 'cancelled', 'cancelled']);
    expect((await scene.runs()).filter(({ purpose }) => purpose === 'implement').map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    expect(await scene.refused(active.do('resume'))).toMatchObject({ code: 'not_paused' });
  });

  scenario('an agent whose limit is used up', ['R-quota'], async (scene) => {
    await scene.begin();
    const from = Date.now();
    const plan = await scene.activePlan({ only: { script: { implement: [{ steps: [run('echo kept > kept.txt'), { fail: { class: 'quota', sentence: 'No more for now.', seconds: 5 } }] }] } } });
    const waiting = await scene.until('the run to wait', async () => (await plan.runs('only')).find(({ status }) => status === 'waiting'));
    expect(waiting.waitReasons).toEqual(['quota']);
    expect(Date.parse(waiting.waitUntil ?? '')).toBeGreaterThanOrEqual(from + 5_000);
    expect((await plan.task('only')).status, 'nobody is asked').toBe('in_progress');
    await plan.rehearse({ only: { implement: does(run('grep kept kept.txt'), write('only.txt', 'x\n')) } });
    await plan.reaches('only', 'done');
    expect((await plan.runs('only', 'implement')).length).toBe(1);
    expect(Date.now()).toBeGreaterThan(from + 5_000);
  });

  // A minute is the least that the policy knows, so this one decides how long the file takes.
  scenario('an agent that says nothing, and one that never ends', ['R-silent'], async (scene) => {
    await scene.begin({ policy: { stallMinutes: 1, maxAttempts: 1 } });
    const plan = await scene.activePlan({ silent: { script: { implement: [{ steps: [{ hang: true }] }] } } }, 'Silent');
    await scene.until('the run', async () => (await plan.runs('silent')).some(({ status }) => status === 'running'));
    await scene.setPolicy({ stallMinutes: 60, runTimeoutMinutes: 1 });
    const busy = await scene.activePlan({ endless: { script: { implement: [{ steps: [run('sleep 300')] }] } } }, 'Endless');
    const [stalled, overdue] = await Promise.all([plan.reaches('silent', 'blocked/attempts_exhausted'), busy.reaches('endless', 'blocked/attempts_exhausted')]);
    expect([stalled.blocked?.sentence, overdue.blocked?.sentence].join()).toMatch(/Nothing was heard.*took longer/s);
    await Promise.all([plan.rehearse({ silent: writes('silent.txt') }), busy.rehearse({ endless: writes('endless.txt') })]);
    await Promise.all([plan.act('silent', 'retry'), busy.act('endless', 'retry')]);
    await Promise.all([plan.reaches('silent', 'done'), busy.reaches('endless', 'done')]);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

import type { RunEventItem, SessionView, TaskWhy } from '@maestro/protocol';
import { beforeAll, describe, expect } from 'vitest';
import type { Scene, ScenePlan } from './harness/index.js';
import { approve, does, expectPrompt, run, say, stage, when, write, writes } from './harness/index.js';

const SAID_ANEW = { description: 'Said anew.' };

describe('what people do to a plan that runs', () => {
  const { scenario, site } = stage();
  // Made once: the scenarios that share it begin at the same time.
  beforeAll(() => site().machine('colleague').then(() => undefined));

  scenario('assigned before they start, tasks wait for the answer', ['R-assign'], async (scene) => {
    const [desk, colleague] = [await site().machine(), await site().machine('colleague')];
    await scene.begin({ machines: [{ at: colleague }] });
    const gate = scene.gate();
    const plan = await scene.activePlan({
      first: { script: { implement: does(...gate.steps, write('first.txt', 'x\n')) } },
      mine: { after: ['first'], script: writes('mine.txt') },
      declined: { after: ['first'], script: writes('declined.txt') },
      unassigned: { after: ['first'], script: writes('unassigned.txt') },
    });
    await gate.reached();
    for (const name of ['mine', 'declined', 'unassigned']) expect(await plan.act(name, 'assign', { member: site().member })).toMatchObject({ status: 'queued', assignee: site().member, acceptedAt: null });
    await gate.open();
    await plan.reaches('first', 'done');
    for (const name of ['mine', 'declined', 'unassigned']) expect((await why(scene, plan, name)).waitingFor.join()).toContain('accept');
    expect(await plan.runs('mine')).toEqual([]);
    expect((await plan.act('mine', 'accept')).acceptedAt).not.toBeNull();
    expect((await plan.act('declined', 'decline', { why: 'Not mine.' })).assignee).toBeNull();
    expect((await plan.act('unassigned', 'assign', { member: null })).assignee).toBeNull();
    await plan.allReach('done', 'declined', 'unassigned');
    expect(await workers(plan, 'declined')).toEqual(['colleague']);
    // The colleague is idle, and the member who accepted has no machine here yet.
    expect(await plan.runs('mine')).toEqual([]);
    await scene.connect(desk);
    await plan.reaches('mine', 'done');
    expect(await workers(plan, 'mine')).toEqual(['desk']);
  });

  scenario('assigned while it is written, reviewed and landed', ['R-assign-late'], async (scene) => {
    await scene.begin();
    const writing = [scene.gate(), scene.gate()] as const;
    const judging = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(...writing[0].steps) } } });
    const { member } = site();
    await writing[0].reached();
    await plan.rehearse({ only: { implement: does(...writing[1].steps) } });
    await plan.act('only', 'assign', { member });
    expect(await plan.act('only', 'decline', { why: 'No time.' })).toMatchObject({ status: 'in_progress', assignee: null });
    await writing[1].reached();
    await plan.rehearse({ only: { ...writes('only.txt'), review: [{ steps: [...judging.steps, approve] }] } });
    await plan.act('only', 'assign', { member });
    expect(await plan.act('only', 'assign', { member: null })).toMatchObject({ status: 'in_progress', assignee: null });
    await judging.reached();
    await recordsEachAnswer(plan, 'in_review', member);
    const validation = await scene.origin.holdValidation();
    await judging.open();
    await validation.reached();
    await recordsEachAnswer(plan, 'landing', member);
    await validation.release();
    await plan.reaches('only', 'done');
    expect((await plan.runs('only')).map(({ purpose, status }) => `${purpose} ${status}`)).toEqual(['implement cancelled', 'implement cancelled', 'implement succeeded', 'review succeeded', 'merge succeeded']);
  });

  scenario('started on the machine that a person chose', ['R-start-now'], async (scene) => {
    const machines = [{ at: await site().machine() }, { at: await site().machine('colleague') }];
    await scene.begin({ machines });
    const gate = scene.gate();
    const plan = await scene.activePlan({
      first: { script: { implement: does(...gate.steps, write('first.txt', 'x\n')) } },
      here: { after: ['first'], script: writes('here.txt') },
      there: { after: ['first'], script: writes('there.txt') },
    });
    await gate.reached();
    const { data: sessions } = await scene.api.get<{ data: SessionView[] }>(`/projects/${scene.project.id}/sessions`);
    const session = (name: string): string => sessions.find((each) => each.name === name)?.id ?? '';
    expect(await plan.act('here', 'start', { session: session('desk') })).toMatchObject({ status: 'queued' });
    expect(await plan.act('there', 'start', { session: session('colleague') })).toMatchObject({ status: 'queued' });
    expect(await scene.refused(plan.act('first', 'start', { session: session('desk') }))).toMatchObject({ code: 'already_started' });
    await gate.open();
    await plan.allReach('done');
    expect([await workers(plan, 'here'), await workers(plan, 'there')]).toEqual([['desk'], ['colleague']]);
  });

  scenario('edited before it starts', ['R-edit-queued'], async (scene) => {
    await scene.begin();
    const gates = [scene.gate(), scene.gate()] as const;
    const plan = await scene.activePlan({
      below: { script: { implement: does(...gates[0].steps, write('below.txt', 'x\n')) } },
      beside: { script: { implement: does(...gates[1].steps, write('beside.txt', 'x\n')) } },
      above: { after: ['below'], script: { implement: does(expectPrompt('Said anew'), run('test -e beside.txt'), write('above.txt', 'x\n')) } },
      free: { after: ['below'], script: writes('free.txt') },
    });
    await Promise.all(gates.map((gate) => gate.reached()));
    await plan.edit({ op: 'set_task', task: plan.taskId('above'), changes: SAID_ANEW });
    await plan.edit({ op: 'set_dependencies', task: plan.taskId('above'), dependsOn: [plan.taskId('below'), plan.taskId('beside')] });
    await plan.edit({ op: 'set_dependencies', task: plan.taskId('free'), dependsOn: [] });
    await plan.reaches('free', 'done');
    await gates[0].open();
    await plan.reaches('below', 'done');
    expect((await why(scene, plan, 'above')).waitingFor.join()).toContain(plan.key('beside'));
    await gates[1].open();
    await plan.allReach('done');
    expect((await plan.runs('above', 'implement')).length).toBe(1);
  });

  scenario('assigned while it runs, a task is handed over with its lane', ['R-hand-over'], async (scene) => {
    const [desk, colleague] = [await site().machine(), await site().machine('colleague')];
    await scene.begin({ machines: [{ at: colleague }] });
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(run('echo kept > kept.txt'), ...gate.steps) } } });
    await gate.reached();
    await plan.rehearse({ only: { implement: does(run('grep kept kept.txt'), write('only.txt', 'x\n')) } });
    expect(await plan.act('only', 'assign', { member: site().member })).toMatchObject({ status: 'in_progress', acceptedAt: null });
    await scene.until('the run to have ended', async () => (await plan.runs('only')).every(({ endedAt }) => endedAt !== null));
    expect((await why(scene, plan, 'only')).waitingFor.join()).toContain('accept');
    expect((await plan.act('only', 'accept')).acceptedAt).not.toBeNull();
    await scene.connect(desk);
    await plan.reaches('only', 'done');
    expect(await workers(plan, 'only')).toEqual(['colleague', 'desk']);
    expect(await scene.origin.file((await plan.tree()).epicBranch ?? '', 'kept.txt')).toBe('kept');
  });

  scenario('edited while it runs, to begin anew', ['R-edit-restart'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(run('echo kept > kept.txt'), ...gate.steps) } } });
    await gate.reached();
    await plan.rehearse({ only: { implement: does(expectPrompt('Said anew'), run('grep kept kept.txt'), write('only.txt', 'x\n')) } });
    await plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: SAID_ANEW, running: 'restart' });
    await plan.reaches('only', 'done');
    expect((await plan.runs('only', 'implement')).map(({ status }) => status)).toEqual(['cancelled', 'succeeded']);
    expect(await scene.origin.file((await plan.tree()).epicBranch ?? '', 'kept.txt')).toBe('kept');
  });

  scenario('edited while it runs, and its agent is told', ['R-edit-tell'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({
      only: { script: { implement: [when({ turn: 1 }, ...gate.steps), when({ turn: 2 }, expectPrompt('Said anew'), write('only.txt', 'told\n'))] } },
    });
    await gate.reached();
    await plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: SAID_ANEW, running: 'tell' });
    await arrives(scene, plan, 'Said anew');
    await gate.open();
    await plan.reaches('only', 'done');
    expect((await plan.runs('only', 'implement')).length).toBe(1);
  });

  scenario('edited while it runs, and its agent is left alone', ['R-edit-keep'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    // A second turn, which words of a person would bring, has no part here and would fail the run.
    const plan = await scene.activePlan({ only: { script: { implement: does(...gate.steps, write('only.txt', 'x\n')), review: [{ steps: [expectPrompt('Said anew'), approve] }] } } });
    await gate.reached();
    await plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: SAID_ANEW, running: 'keep' });
    expect(await plan.task('only')).toMatchObject({ status: 'in_progress', textVersion: 2 });
    await gate.open();
    await plan.reaches('only', 'done');
    expect((await plan.runs('only')).map(({ purpose, status }) => `${purpose} ${status}`)).toEqual(['implement succeeded', 'review succeeded', 'merge succeeded']);
    expect((await scene.events()).filter(({ kind }) => kind === 'run/steered')).toEqual([]);
  });

  scenario('edited while it is reviewed', ['R-edit-review'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    await plan.rehearse({ only: { ...writes('only.txt'), review: [{ steps: [expectPrompt('Said anew'), approve] }] } });
    await plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: SAID_ANEW });
    expect((await plan.task('only')).status).toBe('in_review');
    await plan.reaches('only', 'done');
    expect((await plan.runs('only', 'review')).map(({ status }) => status)).toEqual(['cancelled', 'succeeded']);
    expect((await plan.runs('only', 'implement')).length, 'the work itself stays').toBe(1);
  });

  scenario('what has ended is not edited', ['R-edit-done'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ done: { script: writes('done.txt') }, cancelled: { script: { implement: does(...gate.steps) } } });
    await Promise.all([gate.reached(), plan.reaches('done', 'done')]);
    await plan.act('cancelled', 'cancel');
    for (const [name, code] of [['done', 'task_done'], ['cancelled', 'task_cancelled']] as const) {
      expect(await scene.refused(plan.edit({ op: 'set_task', task: plan.taskId(name), changes: SAID_ANEW }))).toMatchObject({ status: 409, code });
      expect(await scene.refused(plan.act(name, 'assign', { member: site().member }))).toMatchObject({ code });
      expect(await plan.task(name)).toMatchObject({ description: '', textVersion: 1 });
    }
  });

  scenario('words of a person reach the agent', ['R-steer'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({
      only: { script: { implement: [when({ turn: 1 }, ...gate.steps), { when: { turn: 2 }, steps: [expectPrompt('Paint it blue'), write('only.txt', 'blue\n'), say('Blue.')] }] } },
    });
    await gate.reached();
    const [live] = await plan.runs('only', 'implement');
    await scene.api.post(`/runs/${live?.id ?? ''}/steer`, { text: 'Paint it blue.' });
    await arrives(scene, plan, 'Paint it blue.');
    await gate.open();
    await plan.reaches('only', 'done');
    expect(await scene.origin.file((await plan.tree()).epicBranch ?? '', 'only.txt')).toBe('blue');
    expect(await scene.refused(scene.api.post(`/runs/${live?.id ?? ''}/steer`, { text: 'Paint it red.' }))).toMatchObject({ status: 409 });
  });
});

const why = (scene: Scene, plan: ScenePlan, name: string): Promise<TaskWhy> => scene.api.get<TaskWhy>(`/tasks/${plan.taskId(name)}/why`);

/** Names of the machines that wrote the task, one per run. */
async function workers(plan: ScenePlan, name: string): Promise<readonly (string | null)[]> {
  return (await plan.runs(name, 'implement')).map(({ sessionName }) => sessionName);
}

/** Whatever is answered, the task and its runs stay as they are. */
async function recordsEachAnswer(plan: ScenePlan, status: string, member: string): Promise<void> {
  const runs = (await plan.runs('only')).length;
  expect(await plan.act('only', 'assign', { member })).toMatchObject({ status, assignee: member, acceptedAt: null });
  expect(await plan.act('only', 'decline')).toMatchObject({ status, assignee: null });
  await plan.act('only', 'assign', { member });
  expect((await plan.act('only', 'accept')).acceptedAt).not.toBeNull();
  expect(await plan.act('only', 'assign', { member: null })).toMatchObject({ status, assignee: null });
  expect((await plan.runs('only')).length).toBe(runs);
}

/** The daemon of the task's run has these words; its agent gets them when its turn ends. */
async function arrives(scene: Scene, plan: ScenePlan, text: string): Promise<void> {
  const [live] = await plan.runs('only', 'implement');
  await scene.until('the words to be with the daemon', async () => {
    const { data } = await scene.api.get<{ data: RunEventItem[] }>(`/runs/${live?.id ?? ''}/events?limit=200`);
    return data.some((item) => item.kind === 'steered' && JSON.stringify(item).includes(text));
  });
}

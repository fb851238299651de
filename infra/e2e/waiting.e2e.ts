import { describe, expect } from 'vitest';
import type { Purposes } from './harness/index.js';
import { approve, cancelled, does, expectPrompt, run, say, stage, standing, touchWhileBlocked, when, write, writes } from './harness/index.js';

const SPARE = { script: {}, skills: ['nobody-has-it'] };
/** More than any budget here. */
const expensive = { usage: { inputTokens: 5_000, outputTokens: 5_000 } };

describe('a task that waits for a person, for budget or for another task', () => {
  const { scenario, site } = stage();
  const withSpare = async (): Promise<void> => {
    await site().api.post(`/workspaces/${site().workspace}/skills`, { slug: 'nobody-has-it', name: 'Nobody has it' }).catch(() => undefined);
  };

  scenario('stopped by a person wherever it is, and started again', ['R-stopped'], async (scene) => {
    await withSpare();
    await scene.begin();
    const [write1, review, land, no] = [scene.gate(), scene.gate(), scene.gate(), scene.gate()];
    const plan = await scene.activePlan({
      written: { script: { implement: does(run('echo kept > kept.txt'), ...write1.steps) } },
      reviewed: { script: { ...writes('reviewed.txt'), review: [{ steps: [...review.steps, approve] }] } },
      landing: { script: { ...writes('landing.txt'), review: [{ steps: [...land.steps, approve] }] } },
      no: { script: { implement: does(...no.steps) } },
      queued: { after: ['landing'], script: writes('queued.txt') },
      spare: SPARE,
    });
    await Promise.all([write1, review, land, no].map((gate) => gate.reached()));
    await plan.act('written', 'stop', { why: 'Wait a moment.' });
    expect((await plan.task('written')).blocked).toMatchObject({ code: 'stopped', from: 'in_progress', sentence: expect.stringContaining('Wait a moment.') as string });
    await plan.act('queued', 'stop');
    await plan.act('reviewed', 'stop');
    await plan.act('no', 'assign', { member: site().member });
    await plan.act('no', 'stop');
    const hold = await scene.origin.holdValidation();
    await land.open();
    await hold.reached();
    await plan.act('landing', 'stop');
    await hold.release();
    expect((await plan.task('landing')).blocked).toMatchObject({ from: 'landing' });
    await touchWhileBlocked(scene, plan, 'queued', 'spare');
    expect(await plan.act('no', 'accept')).toMatchObject({ status: 'blocked' });
    expect(await plan.act('no', 'decline')).toMatchObject({ assignee: null });
    expect(await plan.act('no', 'assign', { member: null })).toMatchObject({ status: 'blocked' });
    await cancelled(plan, 'no');
    await plan.rehearse({ written: { implement: does(run('grep kept kept.txt'), write('written.txt', 'x\n')) }, reviewed: writes('reviewed.txt') });
    await plan.act('written', 'unblock', { action: 'start' });
    await plan.act('reviewed', 'move', { to: 'in_review' });
    await plan.act('landing', 'start');
    expect(await plan.act('queued', 'start')).toMatchObject({ status: 'queued' });
    await plan.allReach('done', 'written', 'reviewed', 'landing', 'queued');
    expect((await plan.runs('reviewed', 'implement')).length, 'a stopped review costs the author nothing').toBe(1);
  });

  scenario('stopped, and assigned to a member', ['R-stopped-assign'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(...gate.steps) } } });
    await gate.reached();
    await plan.act('only', 'stop');
    await plan.rehearse({ only: writes('only.txt') });
    expect(await plan.act('only', 'unblock', { action: 'assign', member: site().member })).toMatchObject({ status: 'in_progress', acceptedAt: null });
    const why = await scene.api.get<{ waitingFor: string[] }>(`/tasks/${plan.taskId('only')}/why`);
    expect(why.waitingFor.join()).toContain('accept');
    await plan.act('only', 'accept');
    await plan.reaches('only', 'done');
  });

  scenario('a run that a person cancels', ['R-run-cancelled'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(...gate.steps) } } });
    await gate.reached();
    const [live] = await plan.runs('only', 'implement');
    const cancel = (): Promise<unknown> => scene.api.post(`/runs/${live?.id ?? ''}/cancel`, { why: 'Enough.' });
    expect(await cancel()).toMatchObject({ status: 'cancelled' });
    await plan.reaches('only', 'blocked/stopped');
    expect(await cancel()).toMatchObject({ status: 'cancelled' });
    await plan.rehearse({ only: writes('only.txt') });
    await plan.act('only', 'start');
    await plan.reaches('only', 'done');
    const [merge] = await plan.runs('only', 'merge');
    expect(await scene.api.post(`/runs/${merge?.id ?? ''}/cancel`)).toMatchObject({ status: 'succeeded' });
  });

  scenario('a cancelled dependency is dropped, or treated as done', ['R-dependency-dropped', 'R-dependency-done'], async (scene) => {
    await withSpare();
    await scene.begin();
    const gates = [scene.gate(), scene.gate()] as const;
    const plan = await scene.activePlan({
      a: { script: { implement: does(...gates[0].steps) } },
      b: { script: { implement: does(...gates[1].steps) } },
      drop: { after: ['a', 'b'], script: writes('drop.txt') },
      treat: { after: ['a'], script: writes('treat.txt') },
      no: { after: ['a'], script: {} },
      spare: SPARE,
    });
    await Promise.all(gates.map((gate) => gate.reached()));
    await plan.act('a', 'cancel');
    await plan.allReach('blocked/dependency_cancelled', 'drop', 'treat', 'no');
    await plan.act('b', 'cancel');
    expect((await plan.task('drop')).blocked?.sentence).toMatch(new RegExp(`${plan.key('a')}.*${plan.key('b')}|${plan.key('b')}.*${plan.key('a')}`));
    await touchWhileBlocked(scene, plan, 'drop', 'spare');
    await plan.act('drop', 'unblock', { action: 'drop_dependencies' });
    expect((await plan.task('drop')).dependsOn).toEqual([]);
    await plan.act('treat', 'unblock', { action: 'treat_as_done' });
    await cancelled(plan, 'no');
    await plan.allReach('done', 'drop', 'treat');
  });

  scenario('an agent that asks, while it writes and while it reviews', ['R-ask-human'], async (scene) => {
    await withSpare();
    await scene.begin();
    const asks: Purposes = { implement: [{ steps: [{ ask_human: 'Red or blue?' }, say('I ask.')] }] };
    const plan = await scene.activePlan({
      written: { script: asks },
      stopped: { script: asks },
      no: { script: asks },
      reviewed: { script: { ...writes('reviewed.txt'), review: [{ steps: [{ ask_human: 'Is it meant so?' }, say('I ask.')] }] } },
      spare: SPARE,
    });
    await plan.allReach('blocked/manual_attention', 'written', 'stopped', 'no', 'reviewed');
    expect((await plan.detail('written')).question).toBe('Red or blue?');
    expect((await plan.task('reviewed')).blocked?.from).toBe('in_review');
    await scene.until('the run to wait', async () => (await plan.runs('written')).some(({ status, waitReasons }) => status === 'waiting' && waitReasons.join() === 'human'));
    await touchWhileBlocked(scene, plan, 'written', 'spare');
    await scene.until('the run to wait', async () => (await plan.runs('stopped')).some(({ status }) => status === 'waiting'));
    await plan.act('stopped', 'stop');
    expect(standing(await plan.task('stopped'))).toBe('blocked/stopped');
    await cancelled(plan, 'no');
    await plan.rehearse({
      written: { implement: does(expectPrompt('Blue, please'), write('colour.txt', 'blue\n')) },
      reviewed: { ...writes('reviewed.txt'), review: [{ steps: [expectPrompt('It is'), approve] }] },
      stopped: writes('stopped.txt'),
    });
    await plan.act('written', 'answer', { text: 'Blue, please.' });
    await plan.act('reviewed', 'unblock', { action: 'answer', text: 'It is.' });
    await plan.act('stopped', 'start');
    await plan.allReach('done', 'written', 'reviewed', 'stopped');
    expect((await plan.runs('written', 'implement')).length, 'the run that asked goes on').toBe(1);
  });

  scenario('the budget of a task', ['R-budget'], async (scene) => {
    await withSpare();
    // What an agent used is known when its turn ends: the commands that fail then give it another one, which the budget cuts short.
    await scene.begin({ files: { 'check.sh': 'test ! -e unfinished.txt\n' }, policy: { budget: { task: { tokens: 1_000, runs: 2 }, plan: {} } } });
    const gate = scene.gate();
    const spends: Purposes = { implement: [when({ turn: 2 }, ...gate.steps), when({}, expensive, write('unfinished.txt', 'kept\n'))] };
    const plan = await scene.activePlan({
      written: { script: spends },
      stopped: { script: spends },
      no: { script: spends },
      landing: { script: writes('landing.txt') },
      spare: SPARE,
    });
    await plan.allReach('blocked/budget', 'written', 'stopped', 'no', 'landing');
    await scene.setPolicy({ budget: { task: { tokens: 1_000, runs: 1 }, plan: {} } });
    const other = await scene.activePlan({ reviewed: { script: writes('reviewed.txt') } }, 'Other');
    await other.reaches('reviewed', 'blocked/budget');
    expect([await plan.task('written'), await other.task('reviewed'), await plan.task('landing')].map(({ blocked }) => blocked?.from)).toEqual(['in_progress', 'in_review', 'landing']);
    await touchWhileBlocked(scene, plan, 'written', 'spare');
    await plan.act('stopped', 'stop');
    await cancelled(plan, 'no');
    await plan.rehearse({
      written: { implement: does(run('grep kept unfinished.txt'), { delete: 'unfinished.txt' }, write('written.txt', 'x\n')) },
      stopped: { implement: does({ delete: 'unfinished.txt' }, write('stopped.txt', 'x\n')) },
    });
    await scene.setPolicy({ budget: { task: { tokens: 1_000_000 }, plan: {} } });
    await plan.act('stopped', 'start');
    await Promise.all([plan.allReach('done', 'written', 'landing', 'stopped'), other.reaches('reviewed', 'done')]);
  });

  scenario('the budget of a plan', ['R-plan-budget'], async (scene) => {
    await scene.begin({ policy: { budget: { task: {}, plan: { tokens: 1_000 } } } });
    const plan = await scene.activePlan({ only: { script: { implement: does(expensive, write('only.txt', 'x\n')) } } });
    await plan.becomes('paused');
    expect((await plan.notice('budget')).actions).not.toEqual([]);
    const other = await scene.activePlan({ other: { script: writes('other.txt'), after: [] } }, 'Other');
    await other.do('pause');
    await plan.rehearse({ only: writes('only.txt') });
    await scene.setPolicy({ budget: { task: {}, plan: { tokens: 1_000_000 } } });
    await plan.becomes('active');
    await plan.reaches('only', 'done');
    expect((await plan.tree()).notices).toEqual([]);
    expect((await other.tree()).status, 'a person paused it').toBe('paused');
  });
});

import { describe, expect } from 'vitest';
import type { Purposes } from './harness/index.js';
import { approve, cancelled, crash, does, expectPrompt, reject, run, say, stage, touchWhileBlocked, when, write, writes } from './harness/index.js';

/** A task that waits for ever: something to depend on, and nothing that runs. */
const SPARE = { script: {}, skills: ['nobody-has-it'] };

describe('a task that is blocked by its work', () => {
  const { scenario, site } = stage();
  const withSpare = async (): Promise<void> => {
    await site().api.post(`/workspaces/${site().workspace}/skills`, { slug: 'nobody-has-it', name: 'Nobody has it' }).catch(() => undefined);
  };

  scenario('the last rejection: retry, approve, cancel', ['R-revision-cap'], async (scene) => {
    await withSpare();
    await scene.begin({ policy: { revisionCap: 0 } });
    const rejected = (path: string): Purposes => ({ ...writes(path), review: [{ when: { revision: 0 }, steps: [reject('Not like this')] }, { steps: [approve] }] });
    const plan = await scene.activePlan({ again: { script: rejected('again.txt') }, fine: { script: rejected('fine.txt') }, no: { script: rejected('no.txt') }, spare: SPARE });
    await plan.allReach('blocked/revision_cap', 'again', 'fine', 'no');
    await touchWhileBlocked(scene, plan, 'again', 'spare');
    await plan.rehearse({ again: { ...rejected('again.txt'), implement: does(expectPrompt('With more care'), write('again.txt', 'better\n')) } });
    await plan.act('again', 'retry', { note: 'With more care.' });
    const { head } = await plan.task('fine');
    expect(await scene.refused(plan.act('fine', 'approve', { head: '0'.repeat(40) }))).toMatchObject({ code: 'head_moved' });
    await plan.act('fine', 'approve', { head });
    await cancelled(plan, 'no');
    await plan.allReach('done', 'again', 'fine');
    expect(await plan.task('again')).toMatchObject({ revisions: 1 });
  });

  scenario('no verdict, and verdicts that differ: retry, approve, cancel', ['R-no-verdict', 'R-differing-verdicts'], async (scene) => {
    await withSpare();
    await scene.begin();
    const mute = (path: string): Purposes => ({ ...writes(path), review: [{ steps: [say('Hm.')] }] });
    const torn = (path: string): Purposes => ({ ...writes(path), review: [{ steps: [approve, say('On second thoughts.\n\nVERDICT: REJECTED — no')] }] });
    const plan = await scene.activePlan({ again: { script: mute('again.txt') }, fine: { script: torn('fine.txt') }, no: { script: mute('no.txt') }, spare: SPARE });
    await plan.allReach('blocked/no_verdict', 'again', 'fine', 'no');
    expect((await plan.runs('fine', 'review')).length).toBe(2);
    expect((await plan.detail('fine')).reviews.map(({ verdict }) => verdict)).toEqual(['no_verdict', 'no_verdict']);
    await touchWhileBlocked(scene, plan, 'again', 'spare');
    await plan.rehearse({ again: writes('again.txt') });
    await plan.act('again', 'retry');
    await plan.act('fine', 'approve', { head: (await plan.task('fine')).head });
    await cancelled(plan, 'no');
    await plan.allReach('done', 'again', 'fine');
  });

  scenario('no change: confirm, retry, cancel', ['R-no-change'], async (scene) => {
    await withSpare();
    await scene.begin();
    const idle: Purposes = { implement: does(say('There is nothing to do.')) };
    const plan = await scene.activePlan({ again: { script: idle }, fine: { script: idle }, no: { script: idle }, spare: SPARE });
    await plan.allReach('blocked/no_change', 'again', 'fine', 'no');
    await touchWhileBlocked(scene, plan, 'again', 'spare');
    await plan.rehearse({ again: { implement: does(expectPrompt('There is: write it'), write('again.txt', 'written\n')) } });
    await plan.act('again', 'retry', { note: 'There is: write it.' });
    expect(await plan.act('fine', 'unblock', { action: 'confirm' })).toMatchObject({ status: 'done', mergeCommit: null });
    await cancelled(plan, 'no');
    await plan.reaches('again', 'done');
  });

  scenario('no progress: retry, approve, cancel', ['R-no-progress'], async (scene) => {
    await withSpare();
    await scene.begin();
    const stubborn = (path: string): Purposes => ({ implement: [when({ revision: 1 }, say('It is fine as it is.')), when({}, write(path, 'first\n'))], review: [{ when: { revision: 0 }, steps: [reject('Not like this')] }, { steps: [approve] }] });
    const plan = await scene.activePlan({ again: { script: stubborn('again.txt') }, fine: { script: stubborn('fine.txt') }, no: { script: stubborn('no.txt') }, spare: SPARE });
    await plan.allReach('blocked/no_progress', 'again', 'fine', 'no');
    await touchWhileBlocked(scene, plan, 'again', 'spare');
    await plan.rehearse({ again: { implement: does(expectPrompt('Really change it'), write('again.txt', 'second\n')) } });
    await plan.act('again', 'retry', { note: 'Really change it.' });
    await plan.act('fine', 'approve', { head: (await plan.task('fine')).head });
    await cancelled(plan, 'no');
    await plan.allReach('done', 'again', 'fine');
  });

  scenario('an agent that crashes, and one that reviews and crashes', ['R-attempts', 'R-attempts-review'], async (scene) => {
    await withSpare();
    await scene.begin({ policy: { maxAttempts: 2 } });
    const broken: Purposes = { implement: [{ steps: [crash] }] };
    const plan = await scene.activePlan({ again: { script: broken }, no: { script: broken }, judge: { script: { ...writes('judge.txt'), review: [{ steps: [crash] }] } }, spare: SPARE });
    await plan.allReach('blocked/attempts_exhausted', 'again', 'no', 'judge');
    expect((await plan.runs('again')).map(({ status, failureClass, attempt }) => ({ status, failureClass, attempt }))).toEqual([1, 2].map((attempt) => ({ status: 'failed', failureClass: 'crash', attempt })));
    await touchWhileBlocked(scene, plan, 'again', 'spare');
    await plan.rehearse({ again: writes('again.txt'), judge: writes('judge.txt') });
    expect(await plan.act('again', 'retry')).toMatchObject({ status: 'in_progress' });
    expect(await plan.act('judge', 'retry')).toMatchObject({ status: 'in_review' });
    await cancelled(plan, 'no');
    await plan.allReach('done', 'again', 'judge');
    expect((await plan.runs('judge', 'implement')).length, 'a failing review costs the author nothing').toBe(1);
  });

  scenario('a push that the remote refuses', ['R-attempts-landing'], async (scene) => {
    await scene.begin({ policy: { maxAttempts: 2 } });
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const accept = await scene.origin.refusePush('refs/heads/epic/*');
    await gate.open();
    const blocked = await plan.reaches('only', 'blocked/attempts_exhausted');
    expect(blocked.blocked).toMatchObject({ from: 'landing', sentence: expect.stringContaining('not now') as string });
    expect(await scene.origin.landed((await plan.tree()).epicBranch ?? '')).toEqual([]);
    await accept();
    expect(await plan.act('only', 'retry')).toMatchObject({ status: 'landing' });
    await plan.reaches('only', 'done');
  });

  scenario('a run that cannot start', ['R-setup-hook', 'R-attempts-queued'], async (scene) => {
    const hook = '#!/bin/sh\ntest ! -e broken || { echo "the kettle is cold"; exit 1; }\n';
    await scene.begin({ files: { 'README.md': 'x\n', broken: '', '.maestro/setup': hook }, policy: { maxAttempts: 2 } });
    const plan = await scene.activePlan({ only: { script: writes('only.txt') } });
    const blocked = await plan.reaches('only', 'blocked/attempts_exhausted');
    expect(blocked).toMatchObject({ runs: 0, blocked: { from: 'queued', sentence: expect.stringContaining('setup hook') as string } });
    const epic = (await plan.tree()).epicBranch ?? '';
    await scene.origin.commit(epic, { '.maestro/setup': '#!/bin/sh\nexit 0\n' });
    expect(await plan.act('only', 'retry')).toMatchObject({ status: 'queued' });
    await plan.reaches('only', 'done');
  });

  scenario('the runs of a life are used up, in every stage', ['R-runs-exhausted'], async (scene) => {
    await withSpare();
    await scene.begin({ policy: { maxTaskRuns: 1, maxAttempts: 5 } });
    const plan = await scene.activePlan({ broken: { script: { implement: [{ steps: [crash] }] } }, written: { script: writes('written.txt') }, no: { script: writes('no.txt') }, spare: SPARE });
    await plan.allReach('blocked/runs_exhausted', 'broken', 'written', 'no');
    expect((await plan.task('broken')).blocked?.from).toBe('in_progress');
    expect((await plan.task('written')).blocked?.from).toBe('in_review');
    await touchWhileBlocked(scene, plan, 'broken', 'spare');
    await plan.rehearse({ broken: writes('broken.txt') });
    await plan.act('broken', 'retry');
    await plan.act('written', 'retry');
    await cancelled(plan, 'no');
    await scene.setPolicy({ maxTaskRuns: 2 });
    const late = await scene.activePlan({ late: { script: writes('late.txt') } }, 'Late');
    expect((await late.reaches('late', 'blocked/runs_exhausted')).blocked?.from).toBe('landing');
    await late.act('late', 'retry');
    await Promise.all([plan.allReach('done', 'broken', 'written'), late.reaches('late', 'done')]);
  });

  scenario('a repair that does not land: retry, approve, cancel', ['R-repair-cap'], async (scene) => {
    await withSpare();
    await scene.begin({ files: { 'list.txt': 'first\n', 'check.sh': 'test ! -e a.txt || test ! -e c.txt\n' }, policy: { repairCap: 0 } });
    const gates = { again: scene.gate(), fine: scene.gate(), no: scene.gate() };
    const held = (name: keyof typeof gates, path: string, content: string): Purposes => ({ implement: does(write(path, content)), review: [{ steps: [...gates[name].steps, approve] }] });
    const plan = await scene.activePlan({
      again: { script: held('again', 'list.txt', 'first\nagain\n') },
      fine: { script: held('fine', 'c.txt', 'c\n') },
      no: { script: held('no', 'list.txt', 'first\nno\n') },
      first: { script: { implement: does(write('list.txt', 'first\nlanded\n'), write('a.txt', 'a\n')) } },
      spare: SPARE,
    });
    await Promise.all(Object.values(gates).map((gate) => gate.reached()));
    await plan.reaches('first', 'done');
    await Promise.all(Object.values(gates).map((gate) => gate.open()));
    await plan.allReach('blocked/repair_cap', 'again', 'fine', 'no');
    const epic = (await plan.tree()).epicBranch ?? '';
    expect(await scene.origin.landed(epic), 'nothing but the first task is on the epic').toEqual([`Merge ${plan.key('first')}: Task first`]);
    await touchWhileBlocked(scene, plan, 'again', 'spare');
    await plan.rehearse({ again: { implement: [{ when: { repair: 1 }, steps: [expectPrompt('Keep both'), { resolve_conflicts: { path: 'list.txt', content: 'first\nlanded\nagain\n' } }, say('Both.')] }] } });
    await plan.act('again', 'retry', { note: 'Keep both.' });
    await plan.reaches('again', 'done');
    expect(await scene.origin.file(epic, 'list.txt')).toBe('first\nlanded\nagain');
    // A person knows better than the command, takes what is in its way off the epic, and lands the head as it is.
    await scene.origin.commit(epic, { 'check.sh': 'exit 0\n' });
    await plan.act('fine', 'approve', { head: (await plan.task('fine')).head });
    await plan.reaches('fine', 'done');
    await cancelled(plan, 'no');
  });

  scenario('what does not fit the block is refused', ['R-wrong-action'], async (scene) => {
    await scene.begin();
    const plan = await scene.activePlan({ only: { script: { implement: does(run('true')) } } });
    const { blocked } = await plan.reaches('only', 'blocked/no_change');
    expect(blocked?.actions).toEqual(['confirm', 'retry', 'cancel']);
    expect(await scene.refused(plan.act('only', 'start'))).toMatchObject({ status: 409, code: 'wrong_action' });
    expect(await scene.refused(plan.act('only', 'answer', { text: 'Yes' }))).toMatchObject({ code: 'wrong_action' });
    expect(await scene.refused(plan.act('only', 'unblock', { action: 'treat_as_done' }))).toMatchObject({ code: 'wrong_action' });
    expect(await scene.refused(plan.act('only', 'stop'))).toMatchObject({ code: 'already_stopped' });
    expect(await scene.refused(plan.act('only', 'move', { to: 'landing' }))).toMatchObject({ code: 'no_such_move' });
    expect(await plan.act('only', 'move', { to: 'done' })).toMatchObject({ status: 'done' });
    expect(await scene.refused(plan.act('only', 'retry'))).toMatchObject({ code: 'task_done' });
  });
});

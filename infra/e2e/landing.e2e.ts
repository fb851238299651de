import { describe, expect } from 'vitest';
import { approve, does, expectPrompt, reject, resolve, run, stage, when, write, writes } from './harness/index.js';

describe('landing on the epic', () => {
  const { scenario } = stage();

  scenario('a conflict is repaired in the same lane, reviewed again and lands', ['R-conflict'], async (scene) => {
    await scene.begin({ files: { 'list.txt': 'first\n' } });
    const gate = scene.gate();
    const plan = await scene.activePlan({
      one: { script: { implement: does(write('list.txt', 'first\none\n')) } },
      two: {
        script: {
          implement: [when({ repair: 1 }, resolve('list.txt', 'first\none\ntwo\n')), when({ repair: 0 }, write('list.txt', 'first\ntwo\n'))],
          review: [{ when: { repair: 0 }, steps: [...gate.steps, approve] }, { steps: [run('grep one list.txt'), approve] }],
        },
      },
    });
    await gate.reached();
    await plan.reaches('one', 'done');
    await gate.open();
    expect(await plan.reaches('two', 'done')).toMatchObject({ repairs: 1, revisions: 0 });
    const epic = (await plan.tree()).epicBranch ?? '';
    expect(await scene.origin.file(epic, 'list.txt')).toBe('first\none\ntwo');
    expect((await plan.detail('two')).reviews.filter(({ counted }) => counted).length).toBe(2);
    expect((await scene.origin.landed(epic)).length).toBe(2);
  });

  scenario('a result that fails the commands never reaches the epic', ['R-result-failed'], async (scene) => {
    await scene.begin({ files: { 'README.md': 'x\n', 'check.sh': 'if [ -e old.txt ] && [ -e new.txt ]; then echo "old and new do not go together"; exit 1; fi\n' } });
    const gate = scene.gate();
    const plan = await scene.activePlan({
      old: { script: writes('old.txt') },
      new: {
        script: {
          implement: [when({ repair: 1 }, expectPrompt('do not go together'), { delete: 'new.txt' }, write('newer.txt', 'x\n')), when({ repair: 0 }, write('new.txt', 'x\n'))],
          review: [{ when: { repair: 0 }, steps: [...gate.steps, approve] }, { steps: [approve] }],
        },
      },
    });
    await gate.reached();
    await plan.reaches('old', 'done');
    const epic = (await plan.tree()).epicBranch ?? '';
    const clean = await scene.origin.tip(epic);
    await gate.open();
    await plan.reaches('new', 'in_progress', 'in_review', 'landing', 'done');
    await scene.until('the repair to be counted', async () => (await plan.task('new')).repairs === 1);
    expect((await scene.origin.git('rev-list', '--first-parent', epic)).split('\n'), 'the tip was not replaced by a broken one').toContain(clean);
    await plan.reaches('new', 'done');
    expect(await scene.origin.file(epic, 'new.txt')).toBeUndefined();
    expect(await scene.origin.file(epic, 'newer.txt')).toBe('x');
  });

  scenario('an epic that is broken itself waits for a person', ['R-epic-broken'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const epic = (await plan.tree()).epicBranch ?? '';
    await scene.origin.commit(epic, { 'check.sh': 'echo "the epic is broken"; exit 1\n' });
    await gate.open();
    const notice = await plan.notice('epic_broken');
    expect(notice.actions.join()).toMatch(/validate/);
    expect(await plan.task('only')).toMatchObject({ status: 'landing', repairs: 0 });
    const merges = async (): Promise<number> => (await plan.runs('only', 'merge')).filter(({ endedAt }) => endedAt !== null).length;
    const before = await merges();
    await plan.do('validate-again');
    await scene.until('another try', async () => (await merges()) > before);
    await plan.notice('epic_broken');
    await plan.do('pause');
    await plan.do('validate-again');
    await plan.do('resume');
    await scene.setPolicy({ validationCommands: [{ name: 'nothing', command: ['true'], timeoutSeconds: 10 }] });
    await plan.reaches('only', 'done');
    expect((await plan.tree()).notices).toEqual([]);
  });

  scenario('what landed meanwhile on the same paths is reviewed again', ['R-overlap'], async (scene) => {
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`);
    const changed = (at: number, text: string): string => `${lines.map((line, index) => (index === at ? text : line)).join('\n')}\n`;
    await scene.begin({ files: { 'long.txt': `${lines.join('\n')}\n` } });
    const gate = scene.gate();
    const plan = await scene.activePlan({
      top: { script: { implement: does(write('long.txt', changed(2, 'top'))) } },
      bottom: { script: { implement: does(write('long.txt', changed(37, 'bottom'))), review: [{ steps: [...gate.steps, approve] }] } },
    });
    await gate.reached();
    await plan.reaches('top', 'done');
    await gate.open();
    await plan.reaches('bottom', 'done');
    const reviews = (await plan.detail('bottom')).reviews.filter(({ counted }) => counted);
    expect(reviews.length, 'approved, and approved again').toBe(2);
    const text = (await scene.origin.file((await plan.tree()).epicBranch ?? '', 'long.txt')) ?? '';
    expect([text.includes('top'), text.includes('bottom')]).toEqual([true, true]);
  });

  scenario('a person approves a head', ['R-moved-head'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, reject('No.')] }] } } });
    await gate.reached();
    const { head } = await plan.task('only');
    expect(await scene.refused(plan.act('only', 'approve', { head: '1'.repeat(40) }))).toMatchObject({ status: 409, code: 'head_moved' });
    const hold = await scene.origin.holdValidation();
    expect(await plan.act('only', 'approve', { head, note: 'I have read it.' })).toMatchObject({ status: 'landing' });
    await hold.reached();
    expect(await plan.act('only', 'approve', { head })).toMatchObject({ status: 'landing' });
    await hold.release();
    await plan.reaches('only', 'done');
    expect(await plan.act('only', 'approve', { head })).toMatchObject({ status: 'done' });
    expect((await plan.runs('only', 'review')).map(({ status }) => status)).toEqual(['cancelled']);
  });

  scenario('cancelled before its push', ['R-cancel-landing'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const hold = await scene.origin.holdValidation();
    await gate.open();
    await hold.reached();
    expect(await plan.act('only', 'cancel')).toMatchObject({ status: 'cancelled' });
    await hold.release();
    expect(await scene.origin.landed((await plan.tree()).epicBranch ?? '')).toEqual([]);
  });

  scenario('cancelled during its push, which arrives', ['R-cancel-too-late', 'R-edit-landing'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const validation = await scene.origin.holdValidation();
    await gate.open();
    await validation.reached();
    // Edited while it lands: the approval is void, and the review begins anew.
    await plan.rehearse({ only: { ...writes('only.txt'), review: [{ steps: [expectPrompt('Said anew'), approve] }] } });
    const hold = await scene.origin.holdPush('refs/heads/epic/*');
    await plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: { description: 'Said anew.' } });
    expect(await plan.task('only')).toMatchObject({ status: 'in_review', reviewApprovedAt: null });
    await validation.release();
    await hold.reached();
    expect(await plan.task('only')).toMatchObject({ status: 'landing', pushing: true });
    expect(await scene.refused(plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: { description: 'Too late.' } }))).toMatchObject({ code: 'too_late' });
    expect(await scene.refused(plan.act('only', 'stop'))).toMatchObject({ code: 'too_late' });
    expect(await plan.act('only', 'cancel')).toMatchObject({ status: 'landing' });
    await hold.release();
    expect(await plan.reaches('only', 'done')).toMatchObject({ mergeCommit: expect.any(String) as string });
    expect(await scene.refused(plan.act('only', 'cancel'))).toMatchObject({ code: 'task_done' });
  });

  scenario('cancelled during a push that does not arrive', ['R-cancel-not-landed'], async (scene) => {
    await scene.begin({ policy: { maxAttempts: 5 } });
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const hold = await scene.origin.holdPush('refs/heads/epic/*');
    await gate.open();
    await hold.reached();
    expect(await plan.act('only', 'cancel')).toMatchObject({ status: 'landing' });
    await scene.origin.refusePush('refs/heads/epic/*');
    await hold.release();
    await plan.reaches('only', 'cancelled');
    expect(await scene.origin.landed((await plan.tree()).epicBranch ?? '')).toEqual([]);
  });

  scenario('a push of which nobody knows whether it arrived', ['R-unknown-push'], async (scene) => {
    await scene.begin({ policy: { maxAttempts: 2 } });
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const hold = await scene.origin.holdPush('refs/heads/epic/*');
    await gate.open();
    await hold.reached();
    // The server dies with the push in its hands, and stays away.
    await scene.origin.vanish();
    const blocked = await plan.reaches('only', 'blocked/attempts_exhausted');
    expect(blocked.pushing, 'its fate is open').toBe(true);
    expect(await scene.refused(plan.edit({ op: 'set_task', task: plan.taskId('only'), changes: { description: 'x' } }))).toMatchObject({ code: 'too_late' });
    expect(await plan.act('only', 'cancel')).toMatchObject({ status: 'landing' });
    await scene.origin.reappear();
    await hold.release();
    await plan.reaches('only', 'cancelled');
    expect(await scene.origin.landed((await plan.tree()).epicBranch ?? ''), 'the epic was read, and says so').toEqual([]);
  });

  scenario('a head that a person merged is found, not merged again', ['R-found'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { ...writes('only.txt'), review: [{ steps: [...gate.steps, approve] }] } } });
    await gate.reached();
    const epic = (await plan.tree()).epicBranch ?? '';
    await scene.origin.merge(epic, (await plan.task('only')).branch);
    const tip = await scene.origin.tip(epic);
    await gate.open();
    await plan.reaches('only', 'done');
    expect(await scene.origin.tip(epic)).toBe(tip);
    expect((await scene.events()).some(({ kind }) => kind === 'merge/found')).toBe(true);
  });
});


import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlanTree } from '@maestro/protocol';
import { describe, expect } from 'vitest';
import { git } from '../rig/sample/repository.js';
import type { Scene, ScenePlan, Step } from './harness/index.js';
import { does, expectPrompt, run, say, stage, write, writes } from './harness/index.js';

describe('before a plan runs, and when it is released', () => {
  const { scenario, site } = stage();

  scenario('a base that somebody has checked out is released beside it', ['R-release-branch'], async (scene) => {
    await scene.begin();
    const plan = await scene.activePlan({ only: { script: writes('only.txt', 'only\n') } });
    await plan.reaches('only', 'done');
    const clone = await workedIn(scene);
    await plan.do('release');
    const notice = await plan.notice('release_push_refused');
    const command = String(notice.details?.['command']);
    expect(notice.sentence).toContain(`maestro/release/${plan.id}`);
    expect([(await plan.tree()).status, await scene.origin.tip('main')]).toEqual(['active', scene.origin.first]);
    expect(await git(clone, ['status', '--porcelain'])).toBe('');
    // The command is what a person types, so a shell runs it.
    await git(clone, ['-c', `alias.take=!${command}`, 'take']);
    expect(await readFile(join(clone, 'only.txt'), 'utf8')).toBe('only\n');
    const { releaseCommit } = await plan.releases();
    expect(await scene.origin.tip('main')).toBe(releaseCommit);
  });

  scenario('tasks of a draft', ['R-draft-tasks'], async (scene) => {
    await scene.begin();
    const plan = await scene.plan({
      below: { script: writes('below.txt') },
      above: { script: { implement: does(expectPrompt('Said anew'), run('test -e below.txt'), write('above.txt', 'x\n')) } },
      no: { script: {} },
    });
    const { member } = site();
    const above = plan.taskId('above');
    await plan.edit({ op: 'set_task', task: above, changes: { description: 'Said anew.' } }, { op: 'set_dependencies', task: above, dependsOn: [plan.taskId('below')] });
    expect(await plan.task('above')).toMatchObject({ status: 'draft', description: 'Said anew.', dependsOn: [plan.taskId('below')], textVersion: 2 });
    expect(await plan.act('above', 'assign', { member })).toMatchObject({ status: 'draft', assignee: member, acceptedAt: null });
    expect(await plan.act('above', 'decline', { why: 'Not mine.' })).toMatchObject({ status: 'draft', assignee: null });
    await plan.act('above', 'assign', { member });
    expect(await plan.act('above', 'assign', { member: null })).toMatchObject({ status: 'draft', assignee: null });
    await plan.act('below', 'assign', { member });
    expect((await plan.act('below', 'accept')).acceptedAt).not.toBeNull();
    expect(await plan.act('no', 'cancel')).toMatchObject({ status: 'cancelled' });
    expect(await scene.refused(plan.act('above', 'start'))).toMatchObject({ code: 'plan_not_active' });
    expect(await scene.runs()).toEqual([]);
    await plan.do('activate');
    await plan.allReach('done', 'below', 'above');
    expect(await plan.task('no')).toMatchObject({ status: 'cancelled', runs: 0 });
  });

  scenario('a draft that is given up', ['R-draft-cancel'], async (scene) => {
    await scene.begin();
    const plan = await scene.plan({ only: { script: writes('only.txt') } });
    expect(await scene.refused(plan.do('archive'))).toMatchObject({ code: 'plan_open' });
    expect((await plan.do('cancel')).status).toBe('cancelled');
    expect((await plan.do('cancel')).status).toBe('cancelled');
    expect((await plan.task('only')).status).toBe('cancelled');
    expect(await scene.refused(plan.do('activate'))).toMatchObject({ code: 'plan_closed' });
    expect((await plan.do('archive')).status).toBe('archived');
    expect(await scene.origin.branches()).toEqual(['main']);
  });

  scenario('a release that conflicts with the base, put right by a repair task', ['R-release-conflict'], async (scene) => {
    await scene.begin({ files: { 'list.txt': 'first\n' } });
    const plan = await scene.activePlan({ only: { script: { implement: does(write('list.txt', 'first\nplan\n')) } } });
    await plan.reaches('only', 'done');
    const base = await scene.origin.commit('main', { 'list.txt': 'first\nbase\n' });
    await plan.do('release');
    const notice = await plan.notice('release_conflict');
    expect(notice).toMatchObject({ actions: expect.arrayContaining(['create_repair_task']) as unknown, details: { paths: ['list.txt'] } });
    expect([(await plan.tree()).status, await scene.origin.tip('main')]).toEqual(['active', base]);
    await repairs(scene, plan, notice.details?.['repairTask'] as RepairTask, [
      run(`git fetch -q '${scene.origin.bare}' main && ! git merge -q FETCH_HEAD`),
      write('list.txt', 'first\nbase\nplan\n'),
      { commit: 'Merge the base' },
    ]);
    const { releaseCommit } = await plan.releases();
    expect([await scene.origin.tip('main'), await scene.origin.file('main', 'list.txt')]).toEqual([releaseCommit, 'first\nbase\nplan']);
    expect((await plan.tree()).notices).toEqual([]);
  });

  scenario('a release whose result fails the commands', ['R-release-checks'], async (scene) => {
    await scene.begin({ files: { 'check.sh': 'if [ -e old.txt ] && [ -e new.txt ]; then echo "old and new do not go together"; exit 1; fi\n' } });
    const plan = await scene.activePlan({ only: { script: writes('new.txt') } });
    await plan.reaches('only', 'done');
    const base = await scene.origin.commit('main', { 'old.txt': 'x\n' });
    await plan.do('release');
    const notice = await plan.notice('release_validation_failed');
    expect(notice.sentence).toContain('check');
    expect(JSON.stringify(notice.details)).toContain('do not go together');
    expect([(await plan.tree()).status, await scene.origin.tip('main')]).toEqual(['active', base]);
    await scene.setPolicy({ validationCommands: [] });
    await plan.releases();
    expect((await plan.tree()).notices).toEqual([]);
  });

  scenario('a release that is cancelled before its push', ['R-release-cancelled'], async (scene) => {
    await scene.begin();
    const plan = await scene.activePlan({ only: { script: writes('only.txt') } });
    await plan.reaches('only', 'done');
    expect(await scene.refused(plan.do('cancel-release'))).toMatchObject({ code: 'not_releasing' });
    const hold = await scene.origin.holdValidation();
    expect((await plan.do('release')).status).toBe('releasing');
    await hold.reached();
    expect((await plan.do('release')).status).toBe('releasing');
    expect((await plan.do('cancel-release')).status).toBe('active');
    await hold.release();
    expect(await releases(scene)).toEqual(['cancelled']);
    expect(await scene.origin.tip('main')).toBe(scene.origin.first);
    await plan.releases();
    expect(await releases(scene)).toEqual(['cancelled', 'succeeded']);
  });

  scenario('a release that is being pushed', ['R-release-late'], async (scene) => {
    await scene.begin();
    const plan = await scene.activePlan({ only: { script: writes('only.txt') } });
    await plan.reaches('only', 'done');
    const hold = await scene.origin.holdPush('refs/heads/main');
    await plan.do('release');
    await hold.reached();
    const added = { op: 'add_task', phase: (await plan.tree()).phases[0]?.id ?? '', task: { title: 'Late' } };
    expect(await scene.refused(plan.edit(added))).toMatchObject({ status: 409, code: 'releasing' });
    expect(await scene.refused(plan.edit({ op: 'set_plan', title: 'Late' }))).toMatchObject({ code: 'releasing' });
    expect(await scene.refused(plan.do('pause'))).toMatchObject({ code: 'releasing' });
    expect(await scene.refused(plan.do('cancel'))).toMatchObject({ code: 'releasing' });
    expect(await scene.refused(plan.do('cancel-release'))).toMatchObject({ code: 'too_late' });
    await hold.release();
    await plan.becomes('completed');
    expect(await scene.refused(plan.edit(added))).toMatchObject({ code: 'plan_closed' });
    expect(await scene.refused(plan.do('cancel'))).toMatchObject({ code: 'plan_closed' });
    expect(await scene.origin.tip('main')).toBe((await plan.tree()).releaseCommit);
  });

  scenario('a repository that has no room for the epic', ['R-bootstrap'], async (scene) => {
    await scene.begin();
    await scene.origin.git('branch', 'epic', 'main');
    const plan = await scene.activePlan({ only: { script: writes('only.txt') } });
    const first = await plan.notice('bootstrap_failed');
    expect(first).toMatchObject({ sentence: expect.stringContaining('epic') as unknown, actions: expect.arrayContaining(['retry_bootstrap']) as unknown });
    expect((await plan.do('retry-bootstrap')).status).toBe('active');
    // No room was made: said again, and nothing else happened.
    expect(Date.parse((await plan.notice('bootstrap_failed')).at)).toBeGreaterThan(Date.parse(first.at));
    expect((await plan.task('only')).status).toBe('queued');
    await plan.do('pause');
    await scene.origin.git('branch', '-D', 'epic');
    const retried = await plan.do('retry-bootstrap');
    expect([retried.status, retried.notices]).toEqual(['paused', []]);
    await plan.do('resume');
    await plan.reaches('only', 'done');
    expect((await plan.tree()).notices).toEqual([]);
  });
});

type RepairTask = Readonly<Record<'title' | 'description', string>>;

/** A person makes the repair task that the notice describes, and its agent takes these steps. */
async function repairs(scene: Scene, plan: ScenePlan, task: RepairTask, steps: readonly Step[]): Promise<void> {
  const before = await plan.tree();
  const phase = before.phases[0]?.id ?? '';
  // Rehearsed under the key that it will get, because it begins as soon as it is there.
  const key = `${scene.key}-${before.tasks.length + 1}`;
  plan.adopt('repair', { id: '', key });
  await plan.rehearse({ repair: { implement: [{ steps: [expectPrompt(task.title), ...steps, say('Merged.')] }] } });
  const after: PlanTree = await plan.edit({ op: 'add_task', phase, task });
  const made = after.tasks.find(({ title }) => title === task.title);
  expect(made?.key).toBe(key);
  plan.adopt('repair', { id: made?.id ?? '', key });
  await plan.reaches('repair', 'done');
}

/** How each release ended, oldest first. */
async function releases(scene: Scene): Promise<readonly string[]> {
  return (await scene.runs()).filter(({ purpose }) => purpose === 'release').sort((a, b) => (a.id < b.id ? -1 : 1)).map(({ status }) => status);
}

/** From now on the repository is one that a person works in, with the base checked out: its files are where it was, and it is in `.git`. */
async function workedIn(scene: Scene): Promise<string> {
  const place = scene.origin.bare;
  await rename(place, `${place}.moved`);
  await mkdir(place);
  await rename(`${place}.moved`, join(place, '.git'));
  await git(place, ['config', 'core.bare', 'false']);
  await git(place, ['checkout', '-q', '-f', 'main']);
  return place;
}

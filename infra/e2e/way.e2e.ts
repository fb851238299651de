import { readFile } from 'node:fs/promises';
import { afterAll, describe, expect } from 'vitest';
import { startTraceCollector } from '../test-support/index.js';
import { approve, does, expectPrompt, reject, run, say, stage, when, write, writes } from './harness/index.js';

/** Before the stage, which is told its address. */
const collector = await startTraceCollector();
afterAll(() => collector.stop());

describe('the way of a plan', () => {
  const { scenario, site } = stage({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint } });

  scenario('one task is written, reviewed, landed and released', ['R-main-job', 'R-cleanup-archive', 'R-own-review'], async (scene) => {
    await scene.begin({ policy: { reviewerIndependence: 'session', reviewerWaitMinutes: 0 } });
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    const plan = await scene.plan({ only: { script: { implement: does(run(`echo "$TRACEPARENT" > '${scene.path('traceparent')}'`), write('only.txt', 'only\n')) } } });
    await scene.api.post(`/plans/${plan.id}/activate`, {}, `00-${trace}-00f067aa0ba902b7-01`);
    await plan.reaches('only', 'done');
    // One trace from the request that a person made to the agent, and on to what the agent's work set going.
    expect(await readFile(scene.path('traceparent'), 'utf8')).toMatch(new RegExp(`^00-${trace}-[0-9a-f]{16}-01$`, 'm'));
    const along = ['maestro-studio: POST', 'maestro-studio: dispatch implement', 'maestro-daemon: run implement', 'maestro-studio: run/finish', 'maestro-studio: dispatch merge', 'maestro-daemon: run merge'];
    await scene.until('the spans', () => along.every((span) => collector.spansOf(trace).includes(span)));
    const epic = (await plan.tree()).epicBranch ?? '';
    expect(await scene.origin.file(epic, 'only.txt')).toBe('only');
    expect(await scene.origin.file('main', 'only.txt')).toBeUndefined();
    const [review] = (await plan.detail('only')).reviews;
    expect(review).toMatchObject({ verdict: 'approved', counted: true, selfReview: true });
    const released = await plan.releases();
    expect(await scene.origin.tip('main')).toBe(released.releaseCommit);
    expect(await scene.origin.file('main', 'only.txt')).toBe('only');
    await scene.until('the plan’s branches to be gone', async () => (await scene.origin.branches()).join() === 'main');
    expect((await plan.do('archive')).status).toBe('archived');
    expect((await plan.do('archive')).status).toBe('archived');
  });

  scenario('two tasks are at work at once and both land', ['R-parallel'], async (scene) => {
    await scene.begin();
    const [left, right] = [scene.gate(), scene.gate()];
    const plan = await scene.activePlan({
      left: { script: { implement: does(...left.steps, write('left.txt', 'left\n')) } },
      right: { script: { implement: does(...right.steps, write('right.txt', 'right\n')) } },
    });
    await Promise.all([left.reached(), right.reached()]);
    await Promise.all([left.open(), right.open()]);
    await plan.allReach('done');
    expect((await scene.origin.landed((await plan.tree()).epicBranch ?? '')).length).toBe(2);
  });

  scenario('a task waits for what it depends on, and builds on it', ['R-dependencies'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({
      below: { script: { implement: does(...gate.steps, write('below.txt', 'below\n')) } },
      above: { after: ['below'], script: { implement: does(run('grep below below.txt'), write('above.txt', 'above\n')) } },
    });
    await gate.reached();
    const why = await scene.api.get<{ waitingFor: string[] }>(`/tasks/${plan.taskId('above')}/why`);
    expect(why.waitingFor.join()).toContain(plan.key('below'));
    expect((await plan.task('above')).status).toBe('queued');
    await gate.open();
    await plan.allReach('done');
  });

  scenario('a rejected change goes back with its findings and lands when it is put right', ['R-revision'], async (scene) => {
    await scene.begin();
    const plan = await scene.activePlan({
      word: {
        script: {
          implement: [when({ revision: 1 }, expectPrompt('Say right, not wrong'), run('grep wrong word.txt'), write('word.txt', 'right\n')), when({ revision: 0 }, write('word.txt', 'wrong\n'))],
          review: [{ when: { revision: 0 }, steps: [reject('Say right, not wrong')] }, { steps: [run('grep right word.txt'), approve] }],
        },
      },
    });
    const done = await plan.reaches('word', 'done');
    expect(done).toMatchObject({ revisions: 1, repairs: 0 });
    expect(await scene.origin.file((await plan.tree()).epicBranch ?? '', 'word.txt')).toBe('right');
    const { comments, reviews } = await plan.detail('word');
    expect(comments.some(({ text }) => text.includes('Say right, not wrong'))).toBe(true);
    expect(reviews.map(({ verdict }) => verdict)).toEqual(['rejected', 'approved']);
  });

  scenario('failing commands go back to the agent before any review', ['R-validation-round'], async (scene) => {
    await scene.begin({ files: { 'check.sh': 'test ! -e word.txt || grep -q right word.txt || { echo "the word is not right"; exit 1; }\n' } });
    const plan = await scene.activePlan({
      word: { script: { implement: [when({ turn: 2 }, expectPrompt('the word is not right'), write('word.txt', 'right\n')), when({}, write('word.txt', 'wrong\n'))] } },
    });
    expect(await plan.reaches('word', 'done')).toMatchObject({ revisions: 0, runs: 3 });
  });

  scenario('two plans of one project are worked on at once', ['R-two-plans'], async (scene) => {
    await scene.begin();
    const gates = [scene.gate(), scene.gate()] as const;
    const one = await scene.activePlan({ one: { script: { implement: does(...gates[0].steps, write('one.txt', '1\n')) } } }, 'One');
    const two = await scene.activePlan({ two: { script: { implement: does(...gates[1].steps, write('two.txt', '2\n')) } } }, 'Two');
    await Promise.all(gates.map((gate) => gate.reached()));
    await Promise.all(gates.map((gate) => gate.open()));
    await Promise.all([one.reaches('one', 'done'), two.reaches('two', 'done')]);
    expect((await one.tree()).epicBranch).not.toBe((await two.tree()).epicBranch);
    await Promise.all([one.releases(), two.releases()]);
    expect([await scene.origin.file('main', 'one.txt'), await scene.origin.file('main', 'two.txt')]).toEqual(['1', '2']);
  });

  scenario('a plan with nothing to do is not activated', ['R-nothing-to-do'], async (scene) => {
    await scene.begin();
    const empty = await scene.api.post<{ id: string }>(`/projects/${scene.project.id}/plans`, { title: 'Empty' });
    expect(await scene.refused(scene.api.post(`/plans/${empty.id}/activate`))).toMatchObject({ code: 'no_tasks' });
    const circle = await scene.refused(scene.plan({ a: { after: ['b'], script: {} }, b: { after: ['a'], script: {} } }));
    expect(circle.issues?.[0]?.message).toMatch(/circle|cycle|wait/i);
  });

  scenario('when every task was cancelled there is nothing to release', ['R-nothing-to-release'], async (scene) => {
    await scene.begin();
    const gate = scene.gate();
    const plan = await scene.activePlan({ only: { script: { implement: does(...gate.steps, write('a', 'a')) } } });
    await gate.reached();
    await plan.act('only', 'cancel');
    await plan.notice('nothing_to_release');
    expect(await scene.refused(plan.do('release'))).toMatchObject({ code: 'nothing_to_release' });
  });

  scenario('a second machine reviews what the first wrote', ['R-other-reviewer'], async (scene) => {
    const writer = await site().machine();
    const reviewer = await site().machine('reviewer');
    await scene.begin({ policy: { reviewerIndependence: 'member' }, machines: [{ at: writer, args: ['--purposes', 'implement,merge,bootstrap_epic,release,release_cleanup'] }, { at: reviewer, args: ['--purposes', 'review'] }] });
    const plan = await scene.activePlan({ only: { script: writes('only.txt') } });
    await plan.reaches('only', 'done');
    const [review] = (await plan.detail('only')).reviews;
    expect(review).toMatchObject({ selfReview: false });
    expect((await plan.runs('only', 'review')).map(({ sessionName }) => sessionName)).toEqual(['reviewer']);
  });

  scenario('a task waits for a machine with its skill', ['R-skills'], async (scene) => {
    await scene.api.post(`/workspaces/${site().workspace}/skills`, { slug: 'glazing', name: 'Glazing' });
    await scene.begin();
    const plan = await scene.activePlan({ pane: { skills: ['glazing'], script: writes('pane.txt') } });
    const why = await scene.until('the reason to name the skill', async () => {
      const said = await scene.api.get<{ match: { candidates: { missing: string[] }[] } | null; sentence: string }>(`/tasks/${plan.taskId('pane')}/why`);
      return JSON.stringify(said).includes('glazing') ? said : undefined;
    });
    expect(JSON.stringify(why)).toContain('glazing');
    expect((await plan.task('pane')).status).toBe('queued');
    const glazier = await site().machine('glazier');
    await plan.rehearse({ pane: writes('pane.txt') });
    await scene.connect(glazier, '--with-skill', 'glazing:4');
    await plan.reaches('pane', 'done');
    expect((await plan.runs('pane', 'implement')).map(({ sessionName }) => sessionName)).toEqual(['glazier']);
  });

  scenario('a message wakes the architect, whose proposal becomes the plan', ['R-chat'], async (scene) => {
    const proposal = (after: string): string => JSON.stringify({ title: 'From the chat', phases: [{ title: 'All', tasks: [{ key: 'a', title: 'Proposed', dependsOn: after === '' ? [] : [after] }] }] });
    const { script } = await site().machine();
    await script.setProject({
      plan: [
        { when: { turn: 1 }, steps: [{ tool: { name: 'plan_proposal', args: { proposal: proposal('nobody') } } }, say('Here is a plan.')] },
        { when: { turn: 2 }, steps: [{ tool: { name: 'plan_proposal', args: { proposal: proposal('') } } }, say('Here is a better one.')] },
      ],
    });
    await scene.begin();
    const { id } = await scene.api.post<{ id: string }>(`/projects/${scene.project.id}/plans`, { title: 'Chat', goal: 'Something' });
    await scene.api.post(`/plans/${id}/messages`, { text: 'Please plan something.' });
    const messages = await scene.until('the studio to speak of the problem', async () => {
      const { data } = await scene.api.get<{ data: { kind: string; author: string; text: string }[] }>(`/plans/${id}/messages`);
      return data.some(({ author }) => author === 'studio') ? data : undefined;
    });
    expect(messages.find(({ author }) => author === 'studio')?.text).toContain('nobody');
    await script.setProject({ plan: [{ steps: [{ tool: { name: 'plan_proposal', args: { proposal: proposal('') } } }, say('Here is a better one.')] }] });
    await scene.until('the proposal to be the plan', async () => (await scene.tree(id)).tasks.some(({ title }) => title === 'Proposed'));
    await script.setProject({ plan: [{ steps: [say('How large should it be?')] }] });
    await scene.api.post(`/plans/${id}/messages`, { text: 'Make it larger.' });
    await scene.until('the question', async () => {
      const { data } = await scene.api.get<{ data: { kind: string; text: string }[] }>(`/plans/${id}/messages`);
      return data.some(({ kind, text }) => kind === 'question' && text.includes('How large'));
    });
  });
});

import type { PlanView } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { describeStudioOnBoth, waitFor } from '../../test-support/index.js';
import { produced } from './test-support/fake-daemon.js';
import type { FakeDaemon, Work } from './test-support/fake-daemon.js';
import { Setting } from './test-support/setting.js';
import type { SettingOptions } from './test-support/setting.js';

describeStudioOnBoth('Runs that wait', (studio) => {
  let open: Setting | undefined;
  const active = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.active(studio, options));
  afterEach(() => open?.close());

  async function working(options?: SettingOptions): Promise<{ setting: Setting; daemon: FakeDaemon; work: Work }> {
    const setting = await active(options);
    const daemon = await setting.daemon();
    return { setting, daemon, work: await setting.next(daemon, 'implement') };
  }
  const later = new Date(Date.now() + 3_600_000).toISOString();
  const resume = () => studio.tick('runs.wait-resume');

  describe('for a limit to be renewed', () => {
    it('gives lease and slot back, and goes on by itself on the same machine under a new epoch', async () => {
      const { setting, daemon, work } = await working();
      await daemon.wait(work, 'quota', { until: later });
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['quota'], leaseUntil: null, waitUntil: expect.stringContaining(later.slice(0, 19)) as unknown });
      await setting.dispatch();
      await resume();
      expect(await daemon.offers()).toEqual([]);
      await studio.query('update runs set wait_until = now()');
      await resume();
      expect(await daemon.offers()).toEqual([work.run]);
      const again = await daemon.take('implement');
      expect(again).toMatchObject({ run: work.run, epoch: 2 });
      expect(await setting.task()).toMatchObject({ status: 'in_progress', runs: 1 });
    });

    it('is asked for over HTTP too, by the member whose machine has the run', async () => {
      const setting = await active();
      const machine = await studio.machine(setting.owner, 'developer');
      const daemon = await setting.daemon({}, machine);
      const work = await setting.next(daemon, 'implement');
      expect((await setting.owner.client.post(`cli-runs/${work.run}/pause`, { until: later })).body).toMatchObject({ code: 'not_holder' });
      expect((await machine.client.post(`cli-runs/${work.run}/pause`, { until: later })).status).toBe(200);
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['quota'] });
    });

    it('ends with its outcome when the agent had already ended', async () => {
      const { setting, daemon, work } = await working();
      await daemon.wait(work, 'quota', { until: later });
      expect(await daemon.finish(work, produced())).toEqual({ counted: 'counted' });
      expect((await setting.task()).status).toBe('in_review');
    });

    it('that is over while the machine is away: the stage is due again, and costs no attempt', async () => {
      const { setting, daemon, work } = await working();
      await daemon.wait(work, 'quota', { until: later });
      daemon.cut();
      await studio.query(`update agent_sessions set status = 'offline'`);
      await studio.query('update runs set wait_until = now()');
      await resume();
      expect(await setting.run(work.run)).toMatchObject({ status: 'withdrawn' });
      const other = await setting.daemon({ name: 'bob' });
      expect((await setting.next(other, 'implement')).packet.attempt).toBe(1);
    });
  });

  describe('for a person', () => {
    it('blocks the task with the question; the answer goes to whichever run comes next', async () => {
      const { setting, daemon, work } = await working();
      await daemon.wait(work, 'human', { question: 'Which currency?' });
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'manual_attention', from: 'in_progress' }, question: 'Which currency?' });
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['human'] });
      expect((await setting.act('Cart', 'answer', { text: 'Euro.' })).body.status).toBe('in_progress');
      const again = await daemon.take('implement');
      expect(again.run).toBe(work.run);
      expect(again.packet.task?.answers).toEqual([{ question: 'Which currency?', answer: 'Euro.' }]);
    });
  });

  describe('for the plan', () => {
    it('are asked to with a pause that stops, wait, and go on when it is resumed', async () => {
      const { setting, daemon, work } = await working();
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: true });
      expect(daemon.heard.held).toEqual([{ run: work.run, reason: 'plan' }]);
      await daemon.wait(work, 'plan');
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['plan'] });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      await setting.owner.client.post(`plans/${setting.plan.id}/resume`);
      expect(await daemon.offers()).toEqual([work.run]);
    });

    it('are asked again until they do', async () => {
      const { setting, daemon, work } = await working();
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: true });
      await resume();
      await waitFor('the second wish', () => daemon.heard.held.length === 2);
      await setting.owner.client.post(`plans/${setting.plan.id}/resume`);
      await resume();
      expect(daemon.heard.held).toHaveLength(2);
    });

    it('that was resumed while they were stopping do not wait', async () => {
      const { setting, daemon, work } = await working();
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: true });
      await setting.owner.client.post(`plans/${setting.plan.id}/resume`);
      await daemon.wait(work, 'plan');
      expect(await daemon.offers()).toEqual([work.run]);
    });

    it('also wait when another reason ends while it is paused', async () => {
      const { setting, daemon, work } = await working();
      await daemon.wait(work, 'quota', { until: later });
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: false });
      expect(await setting.run(work.run)).toMatchObject({ waitReasons: ['quota', 'plan'] });
      await studio.query('update runs set wait_until = now()');
      await resume();
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['plan'] });
      await setting.owner.client.post(`plans/${setting.plan.id}/resume`);
      expect(await daemon.offers()).toEqual([work.run]);
    });

    it('a pause withdraws what is only on offer', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      await setting.dispatch();
      const [run] = await daemon.offers();
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: false });
      expect(await setting.run(run!)).toMatchObject({ status: 'withdrawn' });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
    });
  });

  describe('for budget', () => {
    it('are warned of at 80 % once, stopped at 100 %, and go on when the cap is raised', async () => {
      const { setting, daemon, work } = await working({ policy: { budget: { task: { tokens: 1_000 }, plan: {} } } });
      const line = (seq: number) => ({ seq, at: new Date().toISOString(), kind: 'usage' as const, payload: {} });
      await daemon.events(work, [line(1)], { inputTokens: 700, outputTokens: 100 });
      await daemon.events(work, [line(2)], { inputTokens: 750, outputTokens: 150 });
      // An older report that comes late takes nothing back.
      await daemon.events(work, [line(2)], { inputTokens: 10 });
      expect(await studio.query(`select payload->>'level' as level from events where kind = 'task/budget'`)).toEqual([{ level: 'warn' }]);
      expect((await setting.task()).status).toBe('in_progress');
      await daemon.events(work, [line(3)], { inputTokens: 800, outputTokens: 200 });
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'budget', sentence: expect.stringContaining('1000 tokens of 1000 tokens') as unknown } });
      expect(daemon.heard.held).toEqual([{ run: work.run, reason: 'budget' }]);
      await daemon.wait(work, 'budget');
      await setting.owner.client.patch(`projects/${setting.project.id}`, { policy: { budget: { task: { tokens: 5_000 }, plan: {} } } });
      await resume();
      expect((await setting.task()).status).toBe('in_progress');
      expect(await daemon.offers()).toEqual([work.run]);
    });

    it('of the plan pauses it, and resumes it when raised', async () => {
      const { setting, daemon, work } = await working({ policy: { budget: { task: {}, plan: { minutes: 1 } } } });
      await daemon.finish(work, produced(), { usage: { seconds: 90 } });
      expect(await setting.planNow()).toMatchObject({ status: 'paused', notices: [{ code: 'budget' }] });
      expect((await setting.task()).status).toBe('in_review');
      await setting.owner.client.patch(`projects/${setting.project.id}`, { policy: { budget: { task: {}, plan: { minutes: 60 } } } });
      await resume();
      expect(await setting.planNow()).toMatchObject({ status: 'active', notices: [] });
    });

    it('in runs lets the last one end, and blocks before the next', async () => {
      const { setting, daemon, work } = await working({ policy: { budget: { task: { runs: 1 }, plan: {} } } });
      await daemon.finish(work, produced());
      expect((await setting.task()).status).toBe('in_review');
      await setting.dispatch();
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'budget', from: 'in_review' } });
    });
  });

  describe('the life cap on runs', () => {
    it('blocks before the next dispatch, and an operator\'s retry grants more', async () => {
      const { setting, daemon, work } = await working({ policy: { maxTaskRuns: 1 } });
      await daemon.finish(work, produced());
      await setting.dispatch();
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'runs_exhausted', from: 'in_review' } });
      await setting.act('Cart', 'retry');
      expect((await setting.next(daemon, 'review')).packet.purpose).toBe('review');
    });
  });

  describe('words for a run', () => {
    it('reach it at once while it works, and with its next packet while it waits', async () => {
      const { setting, daemon, work } = await working();
      expect((await setting.owner.client.post(`runs/${work.run}/steer`, { text: 'Use euros.' })).status).toBe(200);
      expect(daemon.heard.steered).toEqual([{ run: work.run, text: 'Use euros.' }]);
      await daemon.wait(work, 'quota', { until: later });
      await setting.owner.client.post(`runs/${work.run}/steer`, { text: 'And cents.' });
      await studio.query('update runs set wait_until = now()');
      await resume();
      expect((await daemon.take('implement')).packet.steering).toEqual(['Use euros.', 'And cents.']);
    });

    it('are refused once it has ended', async () => {
      const { setting, daemon, work } = await working();
      await daemon.finish(work, produced());
      expect((await setting.owner.client.post(`runs/${work.run}/steer`, { text: 'Too late.' })).body).toMatchObject({ code: 'run_ended' });
    });
  });

  describe('a person\'s cancel of a run', () => {
    it('stops its task, with the lane kept', async () => {
      const { setting, daemon, work } = await working();
      expect((await setting.owner.client.post(`runs/${work.run}/cancel`, { why: 'Wrong branch.' })).body).toMatchObject({ status: 'cancelled' });
      expect(daemon.heard.cancelled.map(({ run }) => run)).toEqual([work.run]);
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'stopped', sentence: expect.stringContaining('Wrong branch.') as unknown } });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      await setting.act('Cart', 'start');
      expect((await setting.next(daemon, 'implement')).packet.attempt).toBe(1);
    });
  });
});

describeStudioOnBoth('Subtasks', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());

  async function working(): Promise<{ setting: Setting; daemon: FakeDaemon; work: Work }> {
    open = await Setting.active(studio);
    const daemon = await open.daemon();
    return { setting: open, daemon, work: await open.next(daemon, 'implement') };
  }
  const statuses = async (setting: Setting) => {
    const tree = (await setting.owner.client.get<{ tasks: { title: string; status: string; dependsOn: string[]; parentId: string | null }[] }>(`plans/${setting.plan.id}`)).body;
    return tree.tasks.map(({ title, status, dependsOn, parentId }) => ({ title, status, waits: dependsOn.length, isChild: parentId !== null }));
  };

  it('that the parent waits for: it yields, and goes on from its lane when the child is done', async () => {
    const { setting, daemon, work } = await working();
    const asked = await daemon.subtask(work, { title: 'Prices', wait: true });
    expect(asked).toMatchObject({ waiting: true, key: expect.stringMatching(/-2$/) as unknown });
    expect(await statuses(setting)).toEqual([{ title: 'Cart', status: 'queued', waits: 1, isChild: false }, { title: 'Prices', status: 'queued', waits: 0, isChild: true }]);
    await expect(daemon.subtask(work, { title: 'More' })).rejects.toMatchObject({ code: 'refused', data: { reason: 'task_not_at_work' } });
    expect(await daemon.finish(work, { kind: 'yielded' })).toEqual({ counted: 'counted' });
    const child = await setting.next(daemon, 'implement');
    expect(child.packet.task?.title).toBe('Prices');
    await setting.dispatch();
    expect(await daemon.offers()).toEqual([]);
    await studio.query(`update tasks set status = 'done' where title = 'Prices'`);
    await studio.query(`update runs set status = 'succeeded' where id = $1`, [child.run]);
    expect((await setting.next(daemon, 'implement')).packet.task?.title).toBe('Cart');
  });

  it('that needs its parent is never waited for, and comes after it', async () => {
    const { setting, daemon, work } = await working();
    expect(await daemon.subtask(work, { title: 'Docs', wait: true, needsParent: true })).toMatchObject({ waiting: false, sentence: expect.stringContaining('cannot wait') as unknown });
    expect(await statuses(setting)).toEqual([{ title: 'Cart', status: 'in_progress', waits: 0, isChild: false }, { title: 'Docs', status: 'queued', waits: 1, isChild: true }]);
  });

  it('of a review depends on what is reviewed', async () => {
    const { setting, daemon, work } = await working();
    await daemon.finish(work, produced());
    const review = await setting.next(daemon, 'review');
    expect(await daemon.subtask(review, { title: 'Speed', wait: true })).toMatchObject({ waiting: false });
    expect(await statuses(setting)).toEqual([{ title: 'Cart', status: 'in_review', waits: 0, isChild: false }, { title: 'Speed', status: 'queued', waits: 1, isChild: true }]);
  });

  it('are five per run at most', async () => {
    const { daemon, work } = await working();
    for (let index = 0; index < 5; index += 1) await daemon.subtask(work, { title: `Part ${index}` });
    await expect(daemon.subtask(work, { title: 'One more' })).rejects.toMatchObject({ code: 'refused', data: { reason: 'too_many_subtasks' } });
  });
});

describeStudioOnBoth('A plan\'s own runs', (studio) => {
  let open: Setting | undefined;
  const draft = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.draft(studio, options));
  afterEach(() => open?.close());
  const talk = async (setting: Setting) => (await setting.owner.client.get<{ data: { kind: string; author: string; text: string }[] }>(`plans/${setting.plan.id}/messages`)).body.data;

  describe('bootstrap', () => {
    it('makes the epic ready, and only then tasks are due', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      await setting.activate();
      const bootstrap = await setting.next(daemon, 'bootstrap_epic');
      expect(bootstrap.packet).toMatchObject({ plan: { epicBranch: expect.stringMatching(/^epic\/checkout-/) as unknown }, purpose: 'bootstrap_epic' });
      await daemon.finish(bootstrap, { kind: 'bootstrapped', tip: '1'.repeat(40) });
      expect(await setting.planNow()).toMatchObject({ epicTip: '1'.repeat(40) });
      expect((await setting.next(daemon, 'implement')).packet.task?.title).toBe('Cart');
    });

    it('that is refused by the machine asks a person at once, and is tried again on their word', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.activate();
      await daemon.finish(await setting.next(daemon, 'bootstrap_epic'), { kind: 'failed', class: 'refused', sentence: 'A branch named `epic` is in the way.' });
      expect((await setting.planNow()).notices).toMatchObject([{ code: 'bootstrap_failed', sentence: expect.stringContaining('in the way') as unknown }]);
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await setting.owner.client.post<PlanView>(`plans/${setting.plan.id}/retry-bootstrap`)).body.notices).toEqual([]);
      expect((await setting.next(daemon, 'bootstrap_epic')).packet.attempt).toBe(1);
    });
  });

  describe('the architect', () => {
    const PROPOSAL = 'title: Shop\nphases:\n  - title: One\n    tasks:\n      - key: a\n        title: Alpha\n      - key: b\n        title: Beta\n        dependsOn: [a]\n';

    it('answers what a person says, and its proposal becomes the draft', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const work = await setting.next(daemon, 'plan');
      expect(work.packet).toMatchObject({ conversation: [{ author: 'person', text: 'Sell things.' }], agent: 'rehearsal' });
      await daemon.finish(work, { kind: 'proposed', proposal: PROPOSAL, finalMessage: 'Two tasks.' });
      expect((await talk(setting)).map(({ kind, author }) => `${author} ${kind}`)).toEqual(['person message', 'agent message', 'agent proposal']);
      const tree = await setting.owner.client.get<{ tasks: { title: string }[] }>(`plans/${setting.plan.id}`);
      expect(tree.body.tasks.map(({ title }) => title)).toEqual(['Alpha', 'Beta']);
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
    });

    it('gets the problems of its proposal back, twice; then the person is shown them', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const broken = PROPOSAL.replace('dependsOn: [a]', 'dependsOn: [nothing]');
      for (let round = 0; round < 3; round += 1) {
        const work = await setting.next(daemon, 'plan');
        expect(work.packet.proposalIssues.length > 0).toBe(round > 0);
        await daemon.finish(work, { kind: 'proposed', proposal: broken, finalMessage: '' });
      }
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await talk(setting)).filter(({ author }) => author === 'studio').map(({ kind }) => kind)).toEqual(['clarification', 'clarification', 'message']);
      expect((await talk(setting)).at(-1)?.text).toMatch(/cannot be used:\nLine \d+/);
    });

    it('that cannot answer is not tried for ever, and is again when the person says so', async () => {
      const setting = await draft({ policy: { maxAttempts: 2 } });
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      for (let round = 0; round < 2; round += 1) {
        await studio.query('update plans set due_after = null');
        await daemon.finish(await setting.next(daemon, 'plan'), { kind: 'failed', class: 'auth', sentence: 'It is not signed in.' });
      }
      await studio.query('update plans set due_after = null');
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await talk(setting)).at(-1)).toMatchObject({ author: 'studio', text: expect.stringContaining('not signed in') as unknown });
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Now it is.' });
      expect((await setting.next(daemon, 'plan')).packet.attempt).toBe(1);
    });

    it('asks in the chat, waits, and goes on with the answer', async () => {
      const setting = await draft();
      const daemon = await setting.daemon();
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const work = await setting.next(daemon, 'plan');
      await daemon.wait(work, 'human', { question: 'Which things?' });
      expect((await talk(setting)).at(-1)).toMatchObject({ kind: 'question', author: 'agent', text: 'Which things?' });
      await studio.tick('runs.wait-resume');
      expect(await daemon.offers()).toEqual([]);
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Books.' });
      await studio.tick('runs.wait-resume');
      expect((await daemon.take('plan')).packet.conversation.map(({ text }) => text)).toEqual(['Sell things.', 'Which things?', 'Books.']);
    });

    it('may hand its proposal in by itself, and reads the problems in the answer', async () => {
      const setting = await draft();
      const machine = await studio.machine(setting.owner, 'architect');
      const daemon = await setting.daemon({}, machine);
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      const work = await setting.next(daemon, 'plan');
      expect((await machine.client.post(`cli-runs/${work.run}/plan-proposal`, { text: 'tasks: 7' })).status).toBe(422);
      expect((await machine.client.post(`cli-runs/${work.run}/plan-proposal`, { text: PROPOSAL })).body).toEqual({ accepted: true });
    });

    it('runs on a machine whose member may plan', async () => {
      const setting = await draft();
      const developer = await setting.daemon({}, await studio.machine(setting.owner, 'developer'));
      await setting.owner.client.post(`plans/${setting.plan.id}/messages`, { text: 'Sell things.' });
      await setting.dispatch();
      expect(await developer.offers()).toEqual([]);
    });
  });
});

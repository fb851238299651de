import { afterEach, describe, expect, it } from 'vitest';
import { describeStudioOnBoth, waitFor } from '../../test-support/index.js';
import { oid, produced } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

const TWO = 'title: Two\nphases:\n  - title: P\n    tasks:\n      - key: a\n        title: A\n      - key: b\n        title: B\n';

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

    it('whose renewal has passed already waits nevertheless: the agent is not asked again and again', async () => {
      const { setting, daemon, work } = await working();
      await daemon.wait(work, 'quota', { until: new Date(Date.now() - 1_000).toISOString() });
      await resume();
      expect(await daemon.offers()).toEqual([]);
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['quota'] });
      expect(await studio.query(`select wait_until > now() + interval '30 s' as ahead from runs where id = $1`, [work.run])).toEqual([{ ahead: true }]);
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

    it('that is over while there is no room for it, in the project as little as on the machine: it takes its turn again', async () => {
      const setting = await active({ policy: { concurrency: { project: 1, session: 4 } }, proposal: TWO });
      const daemon = await setting.daemon({ purposes: ['implement'] });
      const work = await setting.next(daemon, 'implement');
      await daemon.wait(work, 'quota', { until: later });
      // The one slot of the project goes to the other task.
      const other = await setting.next(daemon, 'implement');
      await studio.query(`update runs set wait_until = now() where status = 'waiting'`);
      await resume();
      expect(await setting.run(work.run)).toMatchObject({ status: 'withdrawn' });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      await daemon.finish(other, produced());
      expect((await setting.next(daemon, 'implement')).packet.task?.id).toBe(work.packet.task?.id);
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

  describe('for a person, while the budget is spent', () => {
    it('put their question when the budget is raised', async () => {
      const { setting, daemon, work } = await working({ policy: { budget: { task: { tokens: 100 }, plan: {} } } });
      await daemon.events(work, [{ seq: 1, at: new Date().toISOString(), kind: 'usage', payload: {} }], { inputTokens: 100 });
      await daemon.wait(work, 'human', { question: 'Which currency?' });
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'budget' } });
      await setting.owner.client.patch(`projects/${setting.project.id}`, { policy: { budget: { task: {}, plan: {} } } });
      await resume();
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'manual_attention', from: 'in_progress' }, question: 'Which currency?' });
      expect(await daemon.offers()).toEqual([]);
      await setting.act('Cart', 'answer', { text: 'Euro.' });
      expect(await daemon.offers()).toEqual([work.run]);
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
      const { setting, daemon } = await working();
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

  describe('for nothing, because their stage begins anew', () => {
    const edit = (setting: Setting, running: string) => setting.owner.client.patch(`plans/${setting.plan.id}`, { version: setting.plan.version, edits: [{ op: 'set_task', task: setting.taskId('Cart'), changes: { description: 'Said anew.' }, running }] });

    it('save their work before they end, and whoever the task goes to finds it', async () => {
      const { setting, daemon, work } = await working();
      const colleague = await studio.machine(setting.owner, 'developer');
      const other = await setting.daemon({ name: 'bob' }, colleague);
      expect((await setting.act('Cart', 'assign', { member: colleague.redeemed.membership.memberId })).status).toBe(200);
      expect(await colleague.client.post(`tasks/${setting.taskId('Cart')}/accept`, {})).toMatchObject({ status: 200 });
      await setting.dispatch();
      expect(await other.offers(), 'not before the work is safe').toEqual([]);
      expect(daemon.heard.held).toEqual([{ run: work.run, reason: 'restart' }]);
      const head = oid();
      await daemon.wait(work, 'restart', { head });
      expect(await setting.run(work.run)).toMatchObject({ status: 'cancelled', head });
      const next = await setting.next(other, 'implement');
      expect(next.packet.attempt).toBe(1);
    });

    it('are not waited for when they work no longer', async () => {
      const { setting, work } = await working();
      await setting.loseLease(work.run);
      expect((await edit(setting, 'restart')).status).toBe(200);
      expect(await setting.run(work.run)).toMatchObject({ status: 'cancelled' });
    });

    it('count when they were done in that moment', async () => {
      const { setting, daemon, work } = await working();
      const colleague = await studio.machine(setting.owner, 'developer');
      await setting.act('Cart', 'assign', { member: colleague.redeemed.membership.memberId });
      await daemon.finish(work, produced());
      expect((await setting.task()).status).toBe('in_review');
    });

    it('are a beginning for the next one when the text that they answer is gone', async () => {
      const { setting, daemon, work } = await working();
      expect((await edit(setting, 'restart')).status).toBe(200);
      expect(await daemon.finish(work, produced())).toEqual({ counted: 'counted' });
      expect((await setting.task()).status).toBe('in_progress');
      expect(await setting.run(work.run)).toMatchObject({ status: 'yielded' });
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

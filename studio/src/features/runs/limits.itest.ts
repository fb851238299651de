import type { Budget } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { oid, produced } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';

/** What a run reports when it uses much of everything; only the cap that a test sets can bite. */
const MUCH = { inputTokens: 900, outputTokens: 100, seconds: 120, turns: 3, costUsd: 2.5 };
const line = { seq: 1, at: new Date(0).toISOString(), kind: 'usage' as const, payload: {} };

describeStudioOnBoth('Each cap of a budget alone', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());

  async function working(budget: { readonly task: Budget; readonly plan: Budget }) {
    const setting = (open = await Setting.active(studio, { policy: { budget } }));
    const daemon = await setting.daemon();
    return { setting, daemon, work: await setting.next(daemon, 'implement') };
  }
  const raise = async (setting: Setting, budget: object) => {
    expect((await setting.owner.client.patch(`projects/${setting.project.id}`, { policy: { budget } })).status).toBe(200);
    await studio.tick('runs.wait-resume');
  };

  describe('of a task', () => {
    it.each<readonly [string, Budget, Budget, string]>([
      ['tokens', { tokens: 1_000 }, { tokens: 5_000 }, '1000 tokens of 1000 tokens'],
      ['minutes', { minutes: 2 }, { minutes: 60 }, '2 minutes of 2 minutes'],
      ['usd', { usd: 2.5 }, { usd: 10 }, '2.50 USD of 2.50 USD'],
    ])('%s stop its run, which saves its work, waits, and goes on from there when the cap is raised', async (_kind, cap, more, words) => {
      const { setting, daemon, work } = await working({ task: cap, plan: {} });
      await daemon.events(work, [line], MUCH);
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'budget', sentence: expect.stringContaining(words) as unknown } });
      expect(daemon.heard.held).toEqual([{ run: work.run, reason: 'budget' }]);
      const head = oid();
      await daemon.wait(work, 'budget', { head });
      expect(await setting.run(work.run)).toMatchObject({ status: 'waiting', waitReasons: ['budget'] });
      await raise(setting, { task: more, plan: {} });
      const again = await daemon.take('implement');
      expect(again).toMatchObject({ run: work.run, epoch: 2, packet: { attempt: 1, head } });
    });

    it('runs let the last one end, and the next one start when the cap is raised', async () => {
      const { setting, daemon, work } = await working({ task: { runs: 1 }, plan: {} });
      await daemon.finish(work, produced(), { usage: MUCH });
      await setting.dispatch();
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'budget', from: 'in_review', sentence: expect.stringContaining('1 of 1 runs') as unknown } });
      await raise(setting, { task: { runs: 2 }, plan: {} });
      await setting.next(daemon, 'review');
    });
  });

  describe('of a plan', () => {
    it.each<readonly [string, Budget, Budget, string]>([
      ['tokens', { tokens: 1_000 }, { tokens: 5_000 }, '1000 tokens of 1000 tokens'],
      ['minutes', { minutes: 2 }, { minutes: 60 }, '2 minutes of 2 minutes'],
      ['usd', { usd: 2.5 }, { usd: 10 }, '2.50 USD of 2.50 USD'],
      ['runs', { runs: 1 }, { runs: 2 }, '1 of 1 runs'],
    ])('%s pause it: what works ends and counts, and the rest goes on when the cap is raised', async (_kind, cap, more, words) => {
      const { setting, daemon, work } = await working({ task: {}, plan: cap });
      await daemon.finish(work, produced(), { usage: MUCH });
      expect((await setting.task()).status).toBe('in_review');
      await setting.dispatch();
      expect(await setting.planNow()).toMatchObject({ status: 'paused', notices: [{ code: 'budget', sentence: expect.stringContaining(words) as unknown }] });
      expect(await daemon.offers()).toEqual([]);
      await raise(setting, { task: {}, plan: more });
      expect(await setting.planNow()).toMatchObject({ status: 'active', notices: [] });
      await setting.next(daemon, 'review');
    });
  });
});

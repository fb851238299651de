import { METHODS } from '@maestro/protocol';
import type { PlanView } from '@maestro/protocol';
import { afterEach, describe, expect, it } from 'vitest';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { crashed, judged, oid } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

const TWO_TASKS = `
title: Checkout
phases:
  - title: Build
    tasks:
      - key: cart
        title: Cart
      - key: docs
        title: Docs
`;

describeStudioOnBoth('Landing', (studio) => {
  let open: Setting | undefined;
  const active = async (options?: SettingOptions): Promise<Setting> => (open = await Setting.active(studio, options));
  afterEach(() => open?.close());

  /** A merge that has started; `approved` is what the review approved. */
  async function merging(options?: SettingOptions): Promise<{ setting: Setting; daemon: FakeDaemon; merge: Work; head: string }> {
    const setting = await active(options);
    const daemon = await setting.daemon();
    const { head } = await setting.approved(daemon);
    return { setting, daemon, merge: await setting.next(daemon, 'merge'), head };
  }
  const intents = () => studio.query<{ status: string }>('select status from merges order by at');

  describe('the right to push', () => {
    it('is granted for what was approved, and marks run and task in the same step', async () => {
      const { setting, daemon, merge, head } = await merging();
      const asked = { head, tip: oid(), commit: oid() };
      expect(await daemon.push(merge, asked)).toEqual({ granted: true });
      expect(await setting.run(merge.run)).toMatchObject({ pushing: true });
      expect(await setting.task()).toMatchObject({ pushing: true });
      expect(await intents()).toEqual([{ status: 'intended' }]);
      const opId = newId() as never;
      const again = { opId, run: merge.run as never, epoch: merge.epoch, ...asked, tipMoved: false };
      expect(await daemon.calls.request(METHODS.runPush, again)).toEqual(await daemon.calls.request(METHODS.runPush, again));
    });

    it('is not granted for another head', async () => {
      const { daemon, merge } = await merging();
      expect(await daemon.push(merge, { head: oid(), tip: oid(), commit: oid() })).toEqual({ granted: false, reason: 'head_changed', review: false });
      expect(await intents()).toEqual([]);
    });

    it('is not granted to a run that reviews or implements', async () => {
      const setting = await active();
      const daemon = await setting.daemon();
      const work = await setting.next(daemon, 'implement');
      expect(await daemon.push(work, { head: oid(), tip: oid(), commit: oid() })).toMatchObject({ granted: false, reason: 'purpose_pushes_nothing' });
    });

    it('is not granted while a plan is to stop, and is while a pause lets work end', async () => {
      const { setting, daemon, merge, head } = await merging();
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: true });
      expect(await daemon.push(merge, { head, tip: oid(), commit: oid() })).toMatchObject({ granted: false, reason: 'plan_paused' });
      await setting.owner.client.post(`plans/${setting.plan.id}/resume`);
      await setting.owner.client.post(`plans/${setting.plan.id}/pause`, { stop: false });
      expect(await daemon.push(merge, { head, tip: oid(), commit: oid() })).toEqual({ granted: true });
    });

    it('hands a moved tip back to review where the policy always reviews', async () => {
      const { setting, daemon, merge, head } = await merging({ policy: { deltaReview: 'always' } });
      expect(await daemon.push(merge, { head, tip: oid(), commit: oid(), tipMoved: true })).toEqual({ granted: false, reason: 'review_again', review: true });
      await daemon.finish(merge, { kind: 'not_granted', reason: 'review_again' });
      expect(await setting.task()).toMatchObject({ status: 'in_review', reviewApprovedAt: null });
      const review = await setting.next(daemon, 'review');
      expect(review.packet.review).not.toHaveProperty('delta');
      await daemon.finish(review, judged(head, 'VERDICT: APPROVED'));
      expect(await daemon.push(await setting.next(daemon, 'merge'), { head, tip: oid(), commit: oid() })).toEqual({ granted: true });
    });

    it('makes cancel, stop and edit too late; the cancel waits for the outcome', async () => {
      const { setting, daemon, merge, head } = await merging();
      await daemon.push(merge, { head, tip: oid(), commit: oid() });
      expect((await setting.act('Cart', 'stop')).body).toMatchObject({ code: 'too_late' });
      expect((await setting.owner.client.post(`runs/${merge.run}/cancel`, {})).body).toMatchObject({ code: 'too_late' });
      expect((await setting.act('Cart', 'cancel')).body).toMatchObject({ status: 'landing', pushing: true });
      // Asked again, because the tip moved: what was asked to be cancelled is not pushed a second time.
      expect(await daemon.push(merge, { head, tip: oid(), commit: oid() })).toMatchObject({ granted: false, reason: 'cancel_requested' });
      await daemon.finish(merge, { kind: 'epic_lacks', tip: oid() });
      expect((await setting.task()).status).toBe('cancelled');
      expect(await intents()).toEqual([{ status: 'abandoned' }]);
    });
  });

  describe('an outcome', () => {
    it('merged: the task is done, the epic\'s tip is known, and the intent has landed', async () => {
      const { setting, daemon, merge, head } = await merging();
      const [commit, tip] = [oid(), oid()];
      await daemon.push(merge, { head, tip: oid(), commit });
      expect(await daemon.finish(merge, { kind: 'merged', commit, tip, class: 'exact', found: false })).toEqual({ counted: 'counted' });
      expect(await setting.task()).toMatchObject({ status: 'done', mergeCommit: commit, pushing: false });
      expect(await setting.planNow()).toMatchObject({ epicTip: tip });
      expect(await studio.query('select status, class from merges')).toEqual([{ status: 'landed', class: 'exact' }]);
      expect(await studio.query(`select payload->>'found' as found from events where kind = 'merge/landed'`)).toEqual([{ found: 'false' }]);
    });

    it('found: what an earlier run had pushed is done, and counted once', async () => {
      const { setting, daemon, merge, head } = await merging();
      const commit = oid();
      await daemon.push(merge, { head, tip: oid(), commit });
      await setting.loseLease(merge.run);
      await setting.endGrace();
      const second = await setting.next(daemon, 'merge');
      expect(second.packet.merge).toMatchObject({ approvedHead: head, intent: { commit }, readOnly: false });
      await daemon.finish(second, { kind: 'merged', commit, tip: commit, found: true });
      expect(await setting.task()).toMatchObject({ status: 'done', mergeCommit: commit });
      expect(await intents()).toEqual([{ status: 'found' }]);
      expect(await daemon.finish(merge, { kind: 'merged', commit, tip: commit, found: false })).toEqual({ counted: 'evidence' });
      expect(await studio.query(`select count(*)::int as done from events where kind = 'task/status' and payload->>'to' = 'done'`)).toEqual([{ done: 1 }]);
    });

    it('overlapped: only the overlapping paths are reviewed again', async () => {
      const { setting, daemon, merge, head } = await merging();
      await daemon.finish(merge, { kind: 'overlapped', tip: oid(), paths: ['src/cart.ts'] });
      expect(await setting.task()).toMatchObject({ status: 'in_review', reviewApprovedAt: null });
      expect((await setting.next(daemon, 'review')).packet.review).toMatchObject({ head, delta: ['src/cart.ts'] });
    });

    it('tip moved: computed anew', async () => {
      const { setting, daemon, merge } = await merging();
      await daemon.finish(merge, { kind: 'tip_moved', tip: oid() });
      expect((await setting.task()).status).toBe('landing');
      expect((await setting.next(daemon, 'merge')).run).not.toBe(merge.run);
    });

    it('conflict: repaired in the lane, until the cap is reached', async () => {
      const { setting, daemon, merge } = await merging({ policy: { repairCap: 1 } });
      const tip = oid();
      await daemon.finish(merge, { kind: 'conflict', tip, paths: ['a'], detail: 'both edited' });
      expect(await setting.task()).toMatchObject({ status: 'in_progress', repairs: 1, revisions: 0, reviewApprovedAt: null });
      const repair = await setting.next(daemon, 'implement');
      expect(repair.packet).toMatchObject({ repairTip: tip, repair: 1, attempt: 1 });
      await studio.query(`update tasks set repairs = 1, status = 'landing', approval = jsonb_build_object('head', head, 'base', base, 'tree', tree, 'tip', produced_tip, 'textVersion', 1, 'by', 'x')`);
      await studio.query(`update runs set status = 'cancelled' where id = $1`, [repair.run]);
      await daemon.finish(await setting.next(daemon, 'merge'), { kind: 'conflict', tip, paths: [], detail: '' });
      expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'repair_cap' } });
    });

    it('result failed though the tip passes: repaired with the output', async () => {
      const { setting, daemon, merge } = await merging();
      await daemon.finish(merge, { kind: 'result_failed', tip: oid(), tipPasses: true, command: 'test', output: '1 failed' });
      expect((await setting.next(daemon, 'implement')).packet).toMatchObject({ failedOutput: '1 failed', repair: 1 });
    });

    it('result failed because the tip does: the epic is broken, and the task waits until something changes', async () => {
      const { setting, daemon, merge } = await merging();
      const tip = oid();
      await daemon.finish(merge, { kind: 'result_failed', tip, tipPasses: false, command: 'test', output: '1 failed' });
      expect(await setting.task()).toMatchObject({ status: 'landing', repairs: 0 });
      expect((await setting.planNow()).notices.map(({ code }) => code)).toEqual(['epic_broken']);
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await setting.owner.client.get(`tasks/${setting.taskId('Cart')}/why`)).body).toMatchObject({ waitingFor: [expect.stringMatching(/fails its own validation/)] });
      expect((await setting.owner.client.post(`plans/${setting.plan.id}/validate-again`)).status).toBe(200);
      const again = await setting.next(daemon, 'merge');
      await daemon.finish(again, { kind: 'merged', commit: oid(), tip: oid(), class: 'overlay', found: false });
      expect((await setting.task()).status).toBe('done');
      expect((await setting.planNow()).notices.map(({ code }) => code)).not.toContain('epic_broken');
    });
  });

  describe('one epic', () => {
    it('takes one merge at a time, in the order of approval', async () => {
      const setting = await active({ proposal: TWO_TASKS });
      const daemon = await setting.daemon();
      const heads = new Map<string, string>();
      for (let round = 0; round < 2; round += 1) {
        const work = await setting.next(daemon, 'implement');
        heads.set(work.packet.task!.title, oid());
        await daemon.finish(work, { kind: 'produced', head: heads.get(work.packet.task!.title)!, tree: oid(), base: oid(), baseTree: oid(), tip: oid(), commits: 1, filesChanged: 1, finalMessage: '' });
      }
      await setting.dispatch();
      const reviews = await Promise.all([daemon.take(), daemon.take()].map((each) => each.catch(() => undefined)));
      const taken = reviews.flatMap((each) => each ?? []);
      if (taken.length < 2) taken.push(await daemon.take());
      for (const review of taken) await daemon.finish(review, judged(review.packet.review!.head, 'VERDICT: APPROVED'));
      await Promise.all([setting.dispatch(), setting.dispatch()]);
      const offers = await daemon.offers();
      expect(offers).toHaveLength(1);
      const first = await daemon.take('merge');
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      const waiting = first.packet.task!.title === 'Cart' ? 'Docs' : 'Cart';
      expect((await setting.owner.client.get(`tasks/${setting.taskId(waiting)}/why`)).body).toMatchObject({ waitingFor: [expect.stringMatching(/is landing; one lands at a time/)] });
      await daemon.finish(first, { kind: 'merged', commit: oid(), tip: oid(), class: 'exact', found: false });
      expect((await setting.next(daemon, 'merge')).packet.task!.title).toBe(waiting);
    });
  });

  describe('a push of unknown fate', () => {
    it('is read from the epic though the plan was cancelled, and ends the task', async () => {
      const { setting, daemon, merge, head } = await merging();
      await daemon.push(merge, { head, tip: oid(), commit: oid() });
      await setting.owner.client.post(`plans/${setting.plan.id}/cancel`);
      expect((await setting.task()).status).toBe('landing');
      await setting.loseLease(merge.run);
      await setting.endGrace();
      const reader = await setting.next(daemon, 'merge');
      expect(reader.packet.merge?.readOnly).toBe(true);
      expect(await daemon.push(reader, { head, tip: oid(), commit: oid() })).toMatchObject({ granted: false, reason: 'read_only' });
      await daemon.finish(reader, { kind: 'epic_lacks', tip: oid() });
      expect((await setting.task()).status).toBe('cancelled');
    });

    it('is followed up after a failure, not forgotten', async () => {
      const { setting, daemon, merge, head } = await merging();
      await daemon.push(merge, { head, tip: oid(), commit: oid() });
      await daemon.finish(merge, crashed);
      expect(await setting.task()).toMatchObject({ status: 'landing', pushing: true });
      await studio.query('update tasks set due_after = now(), avoid_session = null');
      expect((await setting.next(daemon, 'merge')).packet.merge).toHaveProperty('intent');
    });
  });

  describe('a release', () => {
    async function releasing(): Promise<{ setting: Setting; daemon: FakeDaemon; release: Work }> {
      const { setting, daemon, merge } = await merging();
      await daemon.finish(merge, { kind: 'merged', commit: oid(), tip: oid(), class: 'exact', found: false });
      const asked = await setting.owner.client.post<PlanView>(`plans/${setting.plan.id}/release`);
      expect(asked.body).toMatchObject({ status: 'releasing' });
      return { setting, daemon, release: await setting.next(daemon, 'release') };
    }

    it('is pushed with leave, completes the plan, and is cleaned up after', async () => {
      const { setting, daemon, release } = await releasing();
      const commit = oid();
      expect(await daemon.push(release, { head: oid(), tip: oid(), commit })).toEqual({ granted: true });
      expect((await setting.owner.client.post(`plans/${setting.plan.id}/cancel-release`)).body).toMatchObject({ code: 'too_late' });
      await daemon.finish(release, { kind: 'released', commit, found: false });
      expect(await setting.planNow()).toMatchObject({ status: 'completed', releaseCommit: commit });
      const cleanup = await setting.next(daemon, 'release_cleanup');
      expect(cleanup.packet.cleanup).toMatchObject({ tasks: [setting.taskId('Cart')] });
      await daemon.finish(cleanup, { kind: 'cleaned', archived: 1, removed: 1 });
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
    });

    it('that conflicts makes the plan active again, with a notice that says what to do', async () => {
      const { setting, daemon, release } = await releasing();
      await daemon.finish(release, { kind: 'release_refused', why: 'conflict', sentence: 'It conflicts in a.ts.', paths: ['a.ts'], output: '' });
      expect(await setting.planNow()).toMatchObject({ status: 'active', notices: [{ code: 'release_conflict', actions: expect.arrayContaining(['create_repair_task']) as unknown }] });
    });

    it('that fails is tried again, and given up after the attempts of the policy', async () => {
      const { setting, daemon, release } = await releasing();
      await studio.query(`update projects set policy = policy || '{"maxAttempts": 2}'`);
      await daemon.finish(release, crashed);
      expect((await setting.planNow()).status).toBe('releasing');
      await studio.query('update plans set due_after = now()');
      await daemon.finish(await setting.next(daemon, 'release'), crashed);
      expect(await setting.planNow()).toMatchObject({ status: 'active', notices: [{ code: 'release_failed' }] });
    });

    it('can be cancelled while nothing is pushed', async () => {
      const { setting, daemon, release } = await releasing();
      expect((await setting.owner.client.post(`runs/${release.run}/cancel`, {})).body).toMatchObject({ status: 'cancelled' });
      expect((await setting.planNow()).status).toBe('active');
      expect(await daemon.finish(release, { kind: 'released', commit: oid(), found: false })).toEqual({ counted: 'evidence' });
    });
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { judged, oid, produced } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';
import type { SettingOptions } from '../../test-support/setting.js';

describeStudioOnBoth('Reviews', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());

  async function reviewing(options?: SettingOptions): Promise<{ setting: Setting; daemon: FakeDaemon; review: Work; outcome: ReturnType<typeof produced> }> {
    const setting = (open = await Setting.active(studio, options));
    const daemon = await setting.daemon();
    const outcome = await setting.implemented(daemon);
    return { setting, daemon, outcome, review: await setting.next(daemon, 'review') };
  }
  const reviewsOf = async (setting: Setting) => (await setting.task()).reviews.map(({ verdict, counted, by, selfReview }) => ({ verdict, counted, by, selfReview }));

  it('that approve store what was approved: text, base, head and tree', async () => {
    const { setting, daemon, review, outcome } = await reviewing();
    expect(review.packet.review).toMatchObject({ head: outcome.head, base: outcome.base, tree: outcome.tree, tip: outcome.tip, checklist: 'review' });
    await daemon.finish(review, judged(outcome.head, 'Good.\n\nVERDICT: APPROVED'));
    expect(await setting.task()).toMatchObject({ status: 'landing', reviewApprovedAt: expect.any(String) as unknown });
    const [row] = await studio.query<{ approval: unknown }>('select approval from tasks');
    expect(row?.approval).toMatchObject({ head: outcome.head, base: outcome.base, tree: outcome.tree, tip: outcome.tip, textVersion: 1, run: review.run });
    expect(await reviewsOf(setting)).toEqual([{ verdict: 'approved', counted: true, by: 'ada', selfReview: false }]);
  });

  it('that reject send the task back on the same lane with the findings, until the cap', async () => {
    const { setting, daemon, review, outcome } = await reviewing({ policy: { revisionCap: 1 } });
    const findings = [{ severity: 'blocking' as const, message: 'No test.', path: 'a.ts', line: 3 }];
    await daemon.finish(review, { kind: 'judged', head: outcome.head, tool: [{ verdict: 'rejected', summary: 'Almost.', findings }], finalMessage: '' });
    expect(await setting.task()).toMatchObject({ status: 'in_progress', revisions: 1, comments: [{ text: expect.stringContaining('a.ts:3') as unknown }] });
    const revision = await setting.next(daemon, 'implement');
    expect(revision.packet).toMatchObject({ revision: 1, attempt: 1, findings, head: outcome.head });
    await daemon.finish(revision, produced());
    const again = await setting.next(daemon, 'review');
    await daemon.finish(again, judged(again.packet.review!.head, 'VERDICT: REJECTED — still none'));
    expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'revision_cap' } });
  });

  it('of the same work that was rejected are not asked for again', async () => {
    const { setting, daemon, review, outcome } = await reviewing();
    await daemon.finish(review, judged(outcome.head, 'VERDICT: REJECTED — no'));
    await daemon.finish(await setting.next(daemon, 'implement'), produced({ tree: outcome.tree }));
    expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'no_progress' } });
  });

  it.each([
    ['gives none', (head: string) => judged(head, 'I am not sure.')],
    ['quotes one', (head: string) => judged(head, 'It says:\n\n> VERDICT: APPROVED')],
    ['judges another head', () => judged(oid(), 'VERDICT: APPROVED')],
    ['contradicts itself', (head: string) => ({ kind: 'judged' as const, head, tool: [{ verdict: 'rejected' as const, summary: 'No.', findings: [{ severity: 'blocking' as const, message: 'x' }] }], finalMessage: 'VERDICT: APPROVED' })],
  ])('without a usable verdict (%s) are repeated once, then a person is asked', async (_what, answer) => {
    const { setting, daemon, review, outcome } = await reviewing();
    await daemon.finish(review, answer(outcome.head));
    expect((await setting.task()).status).toBe('in_review');
    await daemon.finish(await setting.next(daemon, 'review'), answer(outcome.head));
    expect(await setting.task()).toMatchObject({ status: 'blocked', blocked: { code: 'no_verdict' } });
    expect((await reviewsOf(setting)).map(({ verdict }) => verdict)).toEqual(['no_verdict', 'no_verdict']);
  });

  it('by a person name the head that was looked at, end the live review, and are kept like any other', async () => {
    const { setting, daemon, review, outcome } = await reviewing();
    expect(await setting.act('Cart', 'approve', { head: oid() })).toMatchObject({ status: 409, body: { code: 'head_moved' } });
    expect((await setting.act('Cart', 'approve', { head: outcome.head, note: 'Looks right.' })).body.status).toBe('landing');
    expect((await setting.act('Cart', 'approve', { head: outcome.head })).status).toBe(200);
    expect(await setting.run(review.run)).toMatchObject({ status: 'cancelled' });
    expect(await daemon.finish(review, judged(outcome.head, 'VERDICT: REJECTED — no'))).toEqual({ counted: 'evidence' });
    expect((await setting.task()).status).toBe('landing');
    expect(await reviewsOf(setting)).toEqual([
      { verdict: 'approved', counted: true, by: 'Olga Owner', selfReview: false },
      { verdict: 'rejected', counted: false, by: 'ada', selfReview: false },
    ]);
    expect((await setting.next(daemon, 'merge')).packet.merge).toMatchObject({ approvedHead: outcome.head });
  });

  it('of a text that was edited meanwhile are done anew', async () => {
    const { setting, daemon, review, outcome } = await reviewing();
    const [{ version }] = (await studio.query<{ version: number }>('select version from plans')) as [{ version: number }];
    const edited = await setting.owner.client.patch(`plans/${setting.plan.id}`, { version, edits: [{ op: 'set_task', task: setting.taskId('Cart'), changes: { description: 'In euros.' }, running: 'keep' }] });
    expect(edited.status, JSON.stringify(edited.body)).toBe(200);
    expect(await daemon.finish(review, judged(outcome.head, 'VERDICT: APPROVED'))).toEqual({ counted: 'evidence' });
    const again = await setting.next(daemon, 'review');
    expect(again.packet.task).toMatchObject({ description: 'In euros.', textVersion: 2 });
    await daemon.finish(again, judged(outcome.head, 'VERDICT: APPROVED'));
    expect((await setting.task()).status).toBe('landing');
  });

  describe('independent of the author', () => {
    it('wait for another machine, and go to it', async () => {
      const setting = (open = await Setting.active(studio, { policy: { reviewerIndependence: 'session' } }));
      const daemon = await setting.daemon();
      await setting.implemented(daemon);
      await setting.dispatch();
      expect(await daemon.offers()).toEqual([]);
      expect((await setting.owner.client.get(`tasks/${setting.taskId('Cart')}/why`)).body).toMatchObject({ waitingFor: [expect.stringMatching(/another machine is waited for/)] });
      const other = await setting.daemon({ name: 'bob' });
      expect((await setting.next(other, 'review')).packet.purpose).toBe('review');
    });

    it('are done by the author when nobody came in time, and say so', async () => {
      const setting = (open = await Setting.active(studio, { policy: { reviewerIndependence: 'session', reviewerWaitMinutes: 1 } }));
      const daemon = await setting.daemon();
      const { head } = await setting.implemented(daemon);
      await studio.query(`update tasks set stage_entered_at = now() - interval '61 seconds'`);
      const review = await setting.next(daemon, 'review');
      await daemon.finish(review, judged(head, 'VERDICT: APPROVED'));
      expect(await reviewsOf(setting)).toEqual([{ verdict: 'approved', counted: true, by: 'ada', selfReview: true }]);
      expect((await setting.run(review.run)).match?.sentence).toContain('judges its own work');
    });
  });
});

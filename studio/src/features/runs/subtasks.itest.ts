import { afterEach, expect, it } from 'vitest';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { produced } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';

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

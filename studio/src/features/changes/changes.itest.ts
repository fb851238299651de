import { METHODS } from '@maestro/protocol';
import type { ChangedFile, ChangeSummary, ChangeView } from '@maestro/protocol';
import { afterEach, expect, it } from 'vitest';
import type { z } from 'zod';
import { newId } from '../../platform/ids/index.js';
import { describeStudioOnBoth } from '../../test-support/index.js';
import { produced } from '../../test-support/fake-daemon.js';
import type { FakeDaemon, Work } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';

type Upload = z.input<typeof METHODS.changeUpload.params>;

/** An object name. */
const name = (letter: string) => letter.repeat(40) as never;

describeStudioOnBoth('Changes', (studio) => {
  let open: Setting | undefined;
  afterEach(() => open?.close());

  const file = (path: string, patch = '@@ -0,0 +1 @@\n+one\n'): ChangedFile => ({ path, status: 'added', oldMode: '000000', newMode: '100644', added: 1, removed: 0, patch });
  async function implementing(): Promise<{ setting: Setting; daemon: FakeDaemon; work: Work; taskId: string }> {
    const setting = (open = await Setting.active(studio));
    const daemon = await setting.daemon();
    return { setting, daemon, work: await setting.next(daemon, 'implement'), taskId: (await setting.task()).id };
  }
  const upload = (daemon: FakeDaemon, { run, epoch }: Pick<Work, 'run' | 'epoch'>, told: Partial<Upload> = {}): Promise<unknown> =>
    daemon.calls.request(METHODS.changeUpload, { opId: newId(), run, epoch, base: name('b'), head: name('a'), totals: { files: 1, added: 1, removed: 0 }, part: 0, parts: 1, files: [file('a.ts')], ...told } as Upload);
  const listed = async (setting: Setting, taskId: string) => (await setting.owner.client.get<ChangeSummary[]>(`tasks/${taskId}/changes`)).body;
  const read = (setting: Setting, taskId: string, head: string = name('a')) => setting.owner.client.get<ChangeView>(`tasks/${taskId}/changes/${head}`);

  it('are kept by task and head, and read with their files in order', async () => {
    const { setting, daemon, work, taskId } = await implementing();
    const odd = 'src/"quoted"\n\t été.ts';
    const totals = { files: 3, added: 2, removed: 7 };
    await upload(daemon, work, { totals, part: 1, parts: 2, files: [file('z.bin'), { ...file('logo.png'), added: null, removed: null, patch: null, without: 'binary' }] });
    expect(await listed(setting, taskId)).toMatchObject([{ head: name('a'), complete: false }]);
    await upload(daemon, work, { totals, part: 0, parts: 2, files: [file(odd)] });
    expect(await listed(setting, taskId)).toMatchObject([{ head: name('a'), base: name('b'), runId: work.run, complete: true, ...totals }]);
    expect((await read(setting, taskId)).body.changed).toEqual([file(odd), file('z.bin'), { ...file('logo.png'), added: null, removed: null, patch: null, without: 'binary' }]);
    expect((await read(setting, taskId, name('c'))).status).toBe(404);
  });

  it('are listed with the newest head first', async () => {
    const { setting, daemon, work, taskId } = await implementing();
    await upload(daemon, work);
    await upload(daemon, work, { head: name('c') });
    expect((await listed(setting, taskId)).map(({ head }) => head)).toEqual([name('c'), name('a')]);
  });

  it('change nothing when they are sent again, by the same call or another', async () => {
    const { setting, daemon, work, taskId } = await implementing();
    const opId = newId() as never;
    await upload(daemon, work, { opId });
    await upload(daemon, work, { opId });
    await upload(daemon, work);
    expect((await read(setting, taskId)).body.changed).toEqual([file('a.ts')]);
  });

  it('are told anew when the same head is compared with another base', async () => {
    const { setting, daemon, work, taskId } = await implementing();
    await upload(daemon, work, { parts: 2 });
    await upload(daemon, work, { base: name('d'), files: [file('other.ts')] });
    expect((await read(setting, taskId)).body).toMatchObject({ base: name('d'), complete: true, changed: [{ path: 'other.ts' }] });
    expect(await listed(setting, taskId)).toHaveLength(1);
  });

  it('are taken after the run has ended, too, and only from whoever was given it', async () => {
    const { setting, daemon, work, taskId } = await implementing();
    await daemon.finish(work, produced());
    await upload(daemon, work);
    expect(await listed(setting, taskId)).toHaveLength(1);
    await expect(upload(daemon, { ...work, epoch: work.epoch + 1 })).rejects.toMatchObject({ code: 'forbidden' });
    const other = await setting.daemon({ name: 'eve' });
    await expect(upload(other, work)).rejects.toMatchObject({ code: 'forbidden' });
    await expect(upload(daemon, { ...work, run: newId() })).rejects.toMatchObject({ code: 'not_found' });
  });

  it('go with their task', async () => {
    const { daemon, work, taskId } = await implementing();
    await upload(daemon, work);
    await studio.query('delete from tasks where id = $1', [taskId]);
    const [left] = await studio.query<{ changes: number; parts: number }>('select (select count(*)::int from changes) as changes, (select count(*)::int from change_parts) as parts');
    expect(left).toEqual({ changes: 0, parts: 0 });
  });
});

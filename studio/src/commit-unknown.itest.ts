import { METHODS } from '@maestro/protocol';
import type { Method, RequestMethod } from '@maestro/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { FAILPOINTS } from './config/index.js';
import { Failpoints } from './platform/failpoints/index.js';
import { newId } from './platform/ids/index.js';
import { backends, emptyDatabase } from './test-support/backends.js';
import type { TestBackend } from './test-support/backends.js';
import { waitFor } from './test-support/index.js';
import { MOMENTS } from './test-support/one-call-of-each.js';
import type { Moment } from './test-support/one-call-of-each.js';
import { TestStudio } from './test-support/test-studio.js';

/** Does something when a point is reached, and remembers which were. */
class WatchedFailpoints extends Failpoints {
  readonly reached = new Set<string>();
  private at: readonly [string, () => void] | undefined;

  reach(point: string): void {
    this.reached.add(point);
    if (this.at?.[0] === point) this.at[1]();
  }

  on(point: string, act: () => void): void {
    this.at = [point, act];
  }
}

const failpoints = new WatchedFailpoints();
const MUTATING = (Object.values(METHODS) as readonly Method[]).filter((method): method is RequestMethod<string, 'daemon-to-studio'> => method.direction === 'daemon-to-studio' && method.kind === 'request' && method.mutating);

/** On one database: what is tried is the studio's bookkeeping, and each method costs a world of its own. PostgreSQL where there is one. */
describe.each(backends().slice(-1))('A call whose answer is lost after its commit, on $name', (backend) => {
  const studio = new TestStudio();
  let opened: TestBackend;
  let moment: Moment | undefined;
  beforeAll(async () => {
    opened = await backend.open();
    await studio.start(opened, { failpoints });
  });
  beforeEach(() => emptyDatabase(opened));
  afterEach(() => moment?.setting.close());
  afterAll(async () => {
    await studio.stop();
    await opened.close();
  });

  it('is tried for every method that changes something', () => {
    expect(Object.keys(MOMENTS).sort()).toEqual(MUTATING.map(({ name }) => name).sort());
    expect([...FAILPOINTS].sort()).toEqual([...MUTATING.flatMap(({ name }) => [`${name}:commit`, `${name}:committed`]), 'transaction:commit', 'transaction:committed'].sort());
  });

  it.each(MUTATING.map((method) => [method.name, method] as const))('%s: has its effect once, and the repetition is answered as the first would have been', async (name, method) => {
    const at = (moment = await MOMENTS[name]!(studio));
    const { daemon } = at;
    const params = { opId: newId(), ...at.params } as never;
    const untouched = await contentOf(studio);
    failpoints.on(`${name}:committed`, () => daemon.cut());
    await expect(daemon.calls.request(method, params)).rejects.toThrow();
    await comesBack(studio, at);
    const once = await contentOf(studio);
    expect(once, 'it had its effect').not.toEqual(untouched);

    const answer = await daemon.calls.request(method, params);
    expect(await contentOf(studio), 'it has no second effect').toEqual(once);
    expect(await daemon.calls.request(method, params)).toEqual(answer);
    expect([...failpoints.reached]).toEqual(expect.arrayContaining([`${name}:commit`, `${name}:committed`, 'transaction:commit', 'transaction:committed']));
  });
});

/** The studio learns that the socket is gone; then the daemon connects anew with what its journal holds. */
async function comesBack(studio: TestStudio, { daemon, held }: Moment): Promise<void> {
  await waitFor('the studio to see the link break', async () => (await studio.query(`select from agent_sessions where id = $1 and status <> 'online'`, [daemon.session])).length > 0);
  await daemon.connect(held);
}

/** A fingerprint of every table. */
async function contentOf(studio: TestStudio): Promise<Readonly<Record<string, string>>> {
  const tables = await studio.query<{ name: string }>(`select table_name as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE' order by 1`);
  const entries: [string, string][] = [];
  for (const { name } of tables) {
    const [row] = await studio.query<{ content: string }>(`select coalesce(md5(string_agg(t::text, E'\\n' order by t::text)), '') as content from "${name}" t`);
    entries.push([name, row?.content ?? '']);
  }
  return Object.fromEntries(entries);
}

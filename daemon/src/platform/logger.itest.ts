import { mkdtemp, readFile, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '../test-support/wait-for.js';
import { logFiles, openLog } from './logger.js';
import { ManualClock } from './test-support/manual-clock.js';

let folder: string;
const DAY = 86_400_000;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'maestro-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));
const written = (name: string, words: string) => waitFor(words, async () => (await readFile(join(folder, name), 'utf8').catch(() => '')).includes(words));

describe('the log', () => {
  it('is a file a day, for its owner alone, without secrets', async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1, 23));
    const log = openLog({ folder, level: 'info', clock });
    log.info({ token: 'hush', nested: { refreshToken: 'hush' }, headers: { authorization: 'Bearer hush' } }, 'first');
    log.debug('not shown');
    await written('daemon-2026-01-01.log', 'first');
    clock.advance(DAY);
    log.info('second');
    await written('daemon-2026-01-02.log', 'second');
    const text = await readFile(join(folder, 'daemon-2026-01-01.log'), 'utf8');
    expect(text).not.toMatch(/hush|not shown/);
    expect((await stat(join(folder, 'daemon-2026-01-01.log'))).mode & 0o777).toBe(0o600);
  });

  it('goes on in another file when a day is long, and keeps the newest files only', async () => {
    const clock = new ManualClock(Date.UTC(2026, 0, 1));
    const log = openLog({ folder, level: 'info', clock, mostBytes: 300, mostFiles: 3 });
    for (let line = 0; line < 12; line += 1) log.info(`line ${line} ${'x'.repeat(100)}`);
    const last = await waitFor('the last line', async () => {
      const name = logFiles(folder).at(-1);
      return name !== undefined && (await readFile(join(folder, name), 'utf8')).includes('line 11') && name;
    });
    expect(await readdir(folder)).toHaveLength(3);
    expect(logFiles(folder).at(-1)).toBe(last);
    for (const name of logFiles(folder)) expect((await stat(join(folder, name))).size).toBeLessThanOrEqual(450);
  });
});

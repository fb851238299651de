import { describe, expect, it } from 'vitest';
import { createLog, idsInParams, idsInPath, withLogIds } from './index.js';

const id = '01890000-0000-7000-8000-00000000000a';

describe('what a line is about', () => {
  it('stands in every line below, and nowhere else', async () => {
    const lines: string[] = [];
    const log = createLog('info', { write: (line) => void lines.push(line) });
    const inner = async () => {
      await Promise.resolve();
      log.info({ run: 'own' }, 'inner');
    };
    await withLogIds({ plan: 'p' }, async () => {
      await withLogIds({ task: 't', run: 'r' }, inner);
      log.info({}, 'outer');
    });
    log.info({}, 'apart');
    const read = (line: string) => JSON.parse(line) as Record<string, unknown>;
    // A line that names a run itself knows better.
    expect(read(lines[0]!)).toMatchObject({ plan: 'p', task: 't', run: 'own' });
    expect(read(lines[1]!)).toMatchObject({ plan: 'p' });
    expect(read(lines[1]!)).not.toHaveProperty('task');
    expect(read(lines[2]!)).not.toHaveProperty('plan');
  });

  it.each([
    [`/api/v1/tasks/${id}/why`, { task: id }],
    [`/api/v1/plans/${id}/tasks?x=1`, { plan: id }],
    [`/api/v1/cli-runs/${id}/pause`, { run: id }],
    ['/api/v1/tasks/../secret', {}],
    ['/api/v1/me', {}],
  ])('is found in %s', (path, ids) => {
    expect(idsInPath(path)).toEqual(ids);
  });

  it('is found in the params of a call, where they are ids', () => {
    expect(idsInParams({ run: id, task: 'x'.repeat(9_000), text: id })).toEqual({ run: id, task: undefined });
  });
});

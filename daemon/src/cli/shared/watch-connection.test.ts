import { describe, expect, it } from 'vitest';
import type { DaemonView, SessionLine } from '../../features/control/index.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import { fakeTerminal, fakeWorld } from '../test-support/fake-terminal.js';
import { ConnectionWatch } from './watch-connection.js';

const line = (state: SessionLine['link']['state']): SessionLine => ({
  studio: 'http://studio.test',
  project: { id: 'p', key: 'SHOP', name: 'Shop' },
  name: 'desk',
  role: 'lead',
  capacity: 2,
  agents: ['claude'],
  link: { state, since: '2026-01-01T00:00:00.000Z', session: 's1' },
  runs: [],
});

function watched() {
  const { terminal, stdout } = fakeTerminal();
  let sessions: readonly SessionLine[] = [];
  const watch = new ConnectionWatch(fakeWorld(terminal, { json: true, clock: new ManualClock() }), { id: 'p', key: 'SHOP' }, () => Promise.resolve({ sessions } as DaemonView));
  return {
    watch,
    is: (...now: readonly SessionLine[]) => void (sessions = now),
    events: () => stdout().split('\n').filter((text) => text !== '').map((text) => (JSON.parse(text) as { event: string }).event),
    /** Looks are a chain of promises; nothing else is pending. */
    settled: () => new Promise((resolve) => setImmediate(resolve)),
  };
}

const NEWS = { at: '2026-01-01T00:00:00.000Z', kind: 'reaped', text: 'Ended 1 process that an earlier daemon left behind.' };

describe('watching a connection', () => {
  it('does not take a project that is not there yet for one that was left', async () => {
    const { watch, is, events, settled } = watched();
    // A daemon that starts after a crash tells of what it cleans up before it connects anything.
    watch.news(NEWS);
    await settled();
    is(line('connecting'));
    watch.begin(line('connecting'));
    is(line('online'));
    watch.news(NEWS);
    await settled();
    expect(events()).toEqual(['connecting', 'connected']);
    void watch.end();
  });

  it('ends when the daemon has the project no longer', async () => {
    const { watch, is, events } = watched();
    is(line('online'));
    watch.begin(line('online'));
    is();
    watch.news({ ...NEWS, project: 'OTHER' });
    watch.news({ ...NEWS, project: 'SHOP' });
    await watch.left;
    expect(events()).toEqual(['connected', 'disconnected']);
  });
});

import { readFile } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { describeStudioOnBoth, waitFor } from '../../test-support/index.js';
import { produced } from '../../test-support/fake-daemon.js';
import { Setting } from '../../test-support/setting.js';

describeStudioOnBoth('Metrics', (studio) => {
  let setting: Setting | undefined;
  afterEach(() => setting?.close());
  const scrape = async (): Promise<string> => {
    studio.shiftClock(10_000);
    return (await fetch(`${studio.url}/metrics`)).text();
  };

  it('are all there that the dashboard shows', async () => {
    const dashboard = await readFile(new URL('../../../../infra/grafana/maestro.json', import.meta.url), 'utf8');
    const named = [...new Set([...dashboard.matchAll(/maestro_[a-z0-9_]+/g)].map(([name]) => name.replace(/_(bucket|count|sum)$/, '')))];
    expect(named.length).toBeGreaterThan(20);
    const text = await scrape();
    expect(named.filter((name) => !text.includes(`# HELP ${name} `))).toEqual([]);
  });

  it('tell of queue, leases, runs, sessions and sockets, and of nobody in particular', async () => {
    const of = (setting = await Setting.active(studio, { proposal: 'title: Secret plan\nphases:\n  - title: P\n    tasks:\n      - key: a\n        title: Hidden one\n      - key: b\n        title: Hidden two' }));
    const daemon = await of.daemon({ capacity: 1 });
    const work = await of.next(daemon, 'implement');
    await of.dispatch();
    await of.owner.client.post(`projects/${of.project.id}/pause`);
    const during = await scrape();
    for (const line of [
      'maestro_plans{status="active"} 1', 'maestro_tasks{status="queued"} 1', 'maestro_tasks{status="in_progress"} 1', 'maestro_runs_live{purpose="implement",status="running"} 1',
      'maestro_leases{state="held"} 1', 'maestro_sessions{role="lead",status="online"} 1', 'maestro_session_slots{state="all"} 1', 'maestro_session_slots{state="busy"} 1',
      'maestro_pauses{scope="project"} 1', 'maestro_dispatch_due{purpose="implement"} 1', 'maestro_sockets{path="/ws/daemon"} 1', 'maestro_offer_oldest_seconds 0',
    ]) expect(during).toContain(`${line}\n`);
    expect(during).toMatch(/maestro_database_connections\{state="open"\} [1-9]/);
    expect(during).toMatch(/maestro_dispatch_outcomes_total\{purpose="implement",outcome="nobody"\} \d/);
    expect(during).toMatch(/maestro_run_claim_seconds_count\{purpose="implement"\} [1-9]/);
    await daemon.finish(work, produced());
    const after = await scrape();
    expect(after).toMatch(/maestro_run_seconds_count\{purpose="implement",status="succeeded"\} [1-9]/);
    expect(after).not.toContain('maestro_leases{state="held"}');
    for (const name of ['Secret', 'Hidden', of.project.id, of.plan.id, daemon.session, 'ada']) expect(after).not.toContain(name);
    daemon.cut();
    await waitFor('the socket to be gone', async () => (await scrape()).includes('maestro_sockets{path="/ws/daemon"} 0'));
  });
});

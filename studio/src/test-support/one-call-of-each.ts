import { METHODS } from '@maestro/protocol';
import type { HeldRun, TeamView } from '@maestro/protocol';
import { expect } from 'vitest';
import { newId } from '../platform/ids/index.js';
import { oid, produced } from './fake-daemon.js';
import type { FakeDaemon, Work } from './fake-daemon.js';
import { Setting } from './setting.js';
import type { TestStudio } from './test-studio.js';

/** A moment in which a daemon may make a call, and its params without the operation's id. */
export interface Moment {
  readonly setting: Setting;
  readonly daemon: FakeDaemon;
  readonly params: Readonly<Record<string, unknown>>;
  /** What the daemon's journal holds; told with its next hello. */
  readonly held: readonly HeldRun[];
}

/** How to come to a moment in which a method may be called, for every method of daemons that changes something. */
export const MOMENTS: Readonly<Record<string, (studio: TestStudio) => Promise<Moment>>> = {
  'run/claim': async (studio) => {
    const { setting, daemon, run } = await offered(studio);
    return { setting, daemon, params: { run }, held: [] };
  },
  'run/decline': async (studio) => {
    const { setting, daemon, run } = await offered(studio);
    return { setting, daemon, params: { run, why: 'No room.' }, held: [] };
  },
  'run/start': async (studio) => {
    const { setting, daemon, run } = await offered(studio);
    return heldMoment(setting, daemon, await daemon.claim(run), { startedAt: new Date().toISOString() }, 'claimed');
  },
  'run/checkpoint': (studio) => implementing(studio, { head: oid() }),
  'run/push': async (studio) => {
    const { setting, daemon } = await begun(studio);
    const { head } = await setting.approved(daemon);
    return heldMoment(setting, daemon, await setting.next(daemon, 'merge'), { head, tip: oid(), commit: oid(), tipMoved: false });
  },
  'run/wait': (studio) => implementing(studio, { reason: 'quota', until: new Date(Date.now() + 3_600_000).toISOString() }),
  'run/finish': (studio) => implementing(studio, { lastSeq: 0, usage: {}, outcome: produced() }, 'ended'),
  'run/subtask': (studio) => implementing(studio, { title: 'Another thing' }),
  'change/upload': (studio) => implementing(studio, { base: oid(), head: oid(), totals: { files: 0, added: 0, removed: 0 }, part: 0, parts: 1, files: [] }),
  'catalog/manifest': (studio) => analysing(studio, { commit: oid(), files: [FILE] }),
  'catalog/upload': async (studio) => {
    const moment = await analysing(studio, { files: [{ path: FILE.path, fingerprint: FILE.fingerprint, artifacts: [] }] });
    const { run, epoch } = moment.params;
    await moment.daemon.calls.request(METHODS.catalogManifest, { opId: newId(), run, epoch, commit: oid(), files: [FILE] } as never);
    return moment;
  },
  'session/leave': async (studio) => ({ ...(await begun(studio)), params: {}, held: [] }),
  'task/accept': (studio) => assigned(studio, {}),
  'task/decline': (studio) => assigned(studio, { why: 'Not mine.' }),
  'channel/post': async (studio) => {
    const { setting, worker } = await teamed(studio);
    return { setting, daemon: worker, params: { text: 'Mine is the cart.' }, held: [] };
  },
  'team/report': async (studio) => {
    const { setting, lead, team } = await teamed(studio);
    return { setting, daemon: lead, params: { worker: team.workers[0]?.id, end: 'killed', why: 'SIGKILL ended it.' }, held: [] };
  },
};

const FILE = { path: 'src/cart.ts', blob: oid(), fingerprint: 'c1', language: 'TypeScript' };

async function begun(studio: TestStudio): Promise<{ readonly setting: Setting; readonly daemon: FakeDaemon }> {
  const setting = await Setting.active(studio);
  return { setting, daemon: await setting.daemon() };
}

async function offered(studio: TestStudio): Promise<{ readonly setting: Setting; readonly daemon: FakeDaemon; readonly run: string }> {
  const { setting, daemon } = await begun(studio);
  await setting.dispatch();
  const [run] = await daemon.offers();
  if (run === undefined) throw new Error('nothing is on offer');
  return { setting, daemon, run };
}

async function implementing(studio: TestStudio, more: Readonly<Record<string, unknown>>, state: HeldRun['state'] = 'running'): Promise<Moment> {
  const { setting, daemon } = await begun(studio);
  return heldMoment(setting, daemon, await setting.next(daemon, 'implement'), more, state);
}

async function analysing(studio: TestStudio, more: Readonly<Record<string, unknown>>): Promise<Moment> {
  const { setting, daemon } = await begun(studio);
  // The one task of the plan would be offered first.
  expect((await setting.act('Cart', 'cancel')).status).toBe(200);
  expect((await setting.owner.client.post(`projects/${setting.project.id}/analysis`, {})).status).toBe(202);
  return heldMoment(setting, daemon, await setting.next(daemon, 'repo_analysis'), more);
}

async function assigned(studio: TestStudio, more: Readonly<Record<string, unknown>>): Promise<Moment> {
  const { setting, daemon } = await begun(studio);
  expect((await setting.act('Cart', 'assign', { member: daemon.welcome?.member })).status).toBe(200);
  return { setting, daemon, params: { task: setting.taskId('Cart'), ...more }, held: [] };
}

async function teamed(studio: TestStudio): Promise<{ readonly setting: Setting; readonly lead: FakeDaemon; readonly worker: FakeDaemon; readonly team: TeamView }> {
  const setting = await Setting.active(studio);
  const machine = await studio.machine(setting.owner, 'architect');
  const lead = await setting.daemon({ name: 'desk', purposes: ['merge'] }, machine);
  const made = await machine.client.post<TeamView>(`agent-sessions/${lead.session}/team`, { dev: 1 });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const worker = await setting.daemon({ name: 'desk dev 1', role: 'worker', machine: lead.machine, purposes: ['implement'], capacity: 1, teamChannel: made.body.channel }, machine);
  return { setting, lead, worker, team: made.body };
}

function heldMoment(setting: Setting, daemon: FakeDaemon, { run, epoch }: Work, more: Readonly<Record<string, unknown>>, state: HeldRun['state'] = 'running'): Moment {
  return { setting, daemon, params: { run, epoch, ...more }, held: [{ run: run as never, epoch, state }] };
}

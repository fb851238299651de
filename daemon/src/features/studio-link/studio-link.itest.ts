import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SUPPORTED_VERSIONS } from '@maestro/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocketServer } from 'ws';
import { newId } from '../../platform/new-id.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import { waitFor } from '../../test-support/wait-for.js';
import type { LinkHandler, LinkState } from './link.types.js';
import { StudioLink } from './studio-link.js';

const PROJECT = '0198f0e0-0000-7000-8000-000000000001';

describe('a link that is closed as soon as it is open', () => {
  let door: WebSocketServer;
  let link: StudioLink;
  let states: LinkState[];
  beforeEach(async () => {
    door = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(door, 'listening');
    states = [];
    const access = () => Promise.resolve({ ok: true as const, token: 'a token' });
    const hello = () => Promise.resolve({ protocol: { ...SUPPORTED_VERSIONS }, daemonVersion: '0.1.0', machine: newId(), hostname: 'here', project: PROJECT, name: 'm', role: 'lead', purposes: [], agents: [], skills: [], capacity: 1, reachable: true, mayPush: true, runs: [] });
    link = new StudioLink({
      studio: `http://127.0.0.1:${(door.address() as AddressInfo).port}`,
      tokens: { access, afterRejection: access },
      handler: { hello, disconnected: () => undefined } as unknown as LinkHandler,
      clock: new ManualClock(),
      random: () => 0.5,
      onProblem: () => undefined,
      onState: (state) => states.push(state),
    });
  });
  afterEach(async () => {
    await link.stop(newId());
    door.close();
  });

  async function closedWith(code: number, reason: string): Promise<LinkState> {
    door.on('connection', (socket) => socket.close(code, reason));
    link.start();
    return waitFor('the link to be given up', () => states.find(({ kind }) => kind !== 'connecting'));
  }

  it('comes back later when it was told to', async () => {
    const state = await closedWith(1013, 'Come again later.');
    expect(state).toMatchObject({ kind: 'offline', sentence: 'Come again later.' });
    expect((state as Extract<LinkState, { kind: 'offline' }>).retryAt - state.since).toBe(1_250);
  });

  it('says what only a person can change', async () => {
    expect(await closedWith(4403, 'This address is for machines, not for browsers.')).toMatchObject({ kind: 'refused', sentence: 'This address is for machines, not for browsers.' });
  });
});

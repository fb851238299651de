import { PassThrough } from 'node:stream';
import { METHODS } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { stillClock } from '../../test-support/still-clock.js';
import { guardWorker } from '../team/index.js';
import { ChannelPoll } from './channel.loop.js';

/** A worker whom no message reaches, and what the studio answers when it is asked. */
function worker() {
  const { clock, move } = stillClock();
  const studio: { answer: unknown } = { answer: { team: { id: 't', open: true, why: '' }, messages: [] } };
  const asked: string[] = [];
  const ends: { readonly graceMs: number; readonly why: string }[] = [];
  let said = '';
  const guard = guardWorker({
    place: { folder: 'one', handover: undefined, lifeline: new PassThrough() },
    clock, runs: '/nonexistent', controlSocket: '/nonexistent',
    journals: () => { throw new Error('no run is looked for'); },
    tell: (text) => { said = text; },
    end: (graceMs) => void ends.push({ graceMs, why: said }),
  });
  const request = (method: { readonly name: string }) => {
    asked.push(method.name);
    return studio.answer instanceof Error ? Promise.reject(studio.answer) : Promise.resolve(studio.answer);
  };
  const poll = new ChannelPoll({ request: request as never }, clock, guard);
  return { poll, move, studio, asked, ends };
}

describe('a worker whom no message reaches', () => {
  it('asks with every connection and every 15 seconds whether its team is there, and stays while it is', async () => {
    const { poll, move, asked, ends } = worker();
    poll.start();
    await move(0);
    await move(15_000);
    expect(asked).toEqual([METHODS.channelRead.name, METHODS.channelRead.name]);
    expect(ends).toEqual([]);
    poll.stop();
    await move(60_000);
    expect(asked.length).toBe(2);
  });

  it.each([
    [{ team: { id: 't', open: false, why: 'Ada ended it.' }, messages: [] }, 'This worker ends: Ada ended it.'],
    [{ team: null, messages: [] }, 'This worker ends: There is no such team.'],
  ])('ends when the channel is closed, or gone', async (answer, why) => {
    const { poll, move, studio, ends } = worker();
    poll.start();
    await move(0);
    studio.answer = answer;
    await move(15_000);
    expect(ends).toEqual([{ graceMs: 10_000, why }]);
    await move(15_000);
    expect(ends.length).toBe(1);
  });

  it('stays while the studio is out of reach', async () => {
    const { poll, move, studio, ends } = worker();
    studio.answer = new Error('offline');
    poll.start();
    await move(0);
    await move(15_000);
    expect(ends).toEqual([]);
  });
});

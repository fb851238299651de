import type { RunPacket } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { RunTools } from './run-tools.js';

const packet = { purpose: 'implement' } as RunPacket;
const subtask = () => Promise.resolve({ ok: true, text: '', waiting: false });

describe('the tool channel_post', () => {
  it('is there for agents of a team, and says what the team was told', async () => {
    const posted: string[] = [];
    const tools = new RunTools({ packet, checkpoint: undefined, subtask, search: () => Promise.resolve(undefined), post: (text) => Promise.resolve({ ok: true, text: `${posted.push(text)}` }) });
    expect(tools.names).toContain('channel_post');
    expect(await tools.handle({ tool: 'channel_post', input: { message: 'Mine is the cart.' } })).toEqual({ ok: true, text: '1' });
    expect(posted).toEqual(['Mine is the cart.']);
  });

  it('is not offered where there is no team, and refused all the same', async () => {
    const tools = new RunTools({ packet, checkpoint: undefined, subtask, search: () => Promise.resolve(undefined), post: undefined });
    expect(tools.names).not.toContain('channel_post');
    expect(await tools.handle({ tool: 'channel_post', input: { message: 'Hello?' } })).toMatchObject({ ok: false });
  });
});

import type { RunPacket } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import type { AgentAdapter, AgentEnd, AgentEvent, AgentSessionHandle } from '../agents/index.js';
import { ManualClock } from '../../platform/test-support/manual-clock.js';
import type { ConversationContext } from './conversation.types.js';
import { Talk } from './talk.js';

/** An agent that ends each turn at once, as it is told. */
function agentThat(end: (turn: number) => AgentEnd) {
  const prompts: string[] = [];
  let closed = (): void => undefined;
  const over = new Promise<void>((resolve) => (closed = resolve));
  const next = (text: string): Promise<AgentEnd> => Promise.resolve(end(prompts.push(text)));
  const start: AgentAdapter['start'] = ({ prompt }) => {
    const handle: AgentSessionHandle = {
      events: { async *[Symbol.asyncIterator](): AsyncGenerator<AgentEvent> { await over; } },
      ended: next(prompt),
      prompt: next,
      cancel: () => Promise.resolve(closed()),
      close: () => Promise.resolve(closed()),
      processes: () => [],
      idleMs: () => 0,
    };
    return handle;
  };
  const capabilities = { resume: false, steer: false, tools: false, manual: false };
  const adapter: AgentAdapter = { name: 'scripted', capabilities, tried: true, detect: () => Promise.resolve({ name: 'scripted', installed: true }), start };
  return { adapter, prompts };
}

function talkWith(adapter: AgentAdapter, takeSteering: () => readonly string[]) {
  const phases: unknown[] = [];
  const used: number[] = [];
  const context: ConversationContext = {
    packet: { run: 'r', purpose: 'implement', attempt: 1, revision: 0, repair: 0 } as RunPacket,
    marker: 'm',
    clock: new ManualClock(),
    signal: new AbortController().signal,
    emit: (kind, payload) => void (kind === 'phase' && phases.push(payload['turn'])),
    step: () => Promise.resolve(),
    steps: new Map(),
    used: ({ turns = 0 }) => void used.push(turns),
    awakeMs: () => 0,
    onProcess: () => undefined,
    whenFree: () => Promise.resolve(),
    takeSteering,
    onSteering: () => undefined,
    watch: () => undefined,
  };
  return { talk: new Talk({ context, adapter, cwd: '/', tools: undefined, env: {} }), phases, used };
}

const CAP = 40;
const counted = Array.from({ length: CAP }, (_, turn) => turn + 1);
const completed: AgentEnd = { kind: 'completed', finalMessage: 'done' };

describe('the turn cap of a conversation', () => {
  it('ends a conversation in which somebody always has another word', async () => {
    const { adapter, prompts } = agentThat(() => completed);
    const { talk, phases, used } = talkWith(adapter, () => ['one thing more']);
    expect(await talk.turn('begin')).toEqual({ kind: 'failed', class: 'turns', sentence: 'The agent had 40 turns and was not done.' });
    expect(prompts).toHaveLength(CAP);
    // Each turn that there was is told and paid for, and the one that there was not is neither.
    expect(phases).toEqual(counted);
    expect(used).toEqual(counted.map(() => 1));
    await talk.close();
  });

  it('counts the turns of all that is asked in one conversation, and stays reached', async () => {
    const { adapter, prompts } = agentThat(() => completed);
    const { talk } = talkWith(adapter, () => []);
    for (const turn of counted) expect(await talk.turn(`round ${turn}`), `turn ${turn}`).toEqual(completed);
    for (const again of [1, 2]) expect(await talk.turn('once more'), `after the cap, ${again}`).toMatchObject({ kind: 'failed', class: 'turns' });
    expect(prompts).toHaveLength(CAP);
    await talk.close();
  });

  it('hides no earlier end: a failure in the last turn is told as it is', async () => {
    const { adapter } = agentThat((turn) => (turn < CAP ? completed : { kind: 'failed', class: 'crash', sentence: 'It fell over.' } as AgentEnd));
    const { talk } = talkWith(adapter, () => ['again']);
    expect(await talk.turn('begin')).toEqual({ kind: 'failed', class: 'crash', sentence: 'It fell over.' });
    await talk.close();
  });
});

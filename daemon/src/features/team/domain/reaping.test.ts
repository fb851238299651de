import { describe, expect, it } from 'vitest';
import type { TeamSigns } from './reaping.js';
import { endOf, reaping } from './reaping.js';

const MESSAGES = [undefined, 'Its lead has left.'] as const;
const CHANNELS = ['unknown', 'open', 'closed', 'refused'] as const;
const LEADS = ['alive', 'gone'] as const;
const ALL: readonly TeamSigns[] = MESSAGES.flatMap((message) => CHANNELS.flatMap((channel) => LEADS.map((lead) => ({ message, channel, lead }))));

describe('a worker', () => {
  it.each(ALL)('with message $message, channel $channel and lead $lead ends by the most urgent sign, or goes on', (signs) => {
    const by = reaping(signs)?.by;
    if (signs.lead === 'gone') expect(by).toBe('lead');
    else if (signs.message !== undefined) expect(by).toBe('message');
    else if (signs.channel === 'closed' || signs.channel === 'refused') expect(by).toBe('channel');
    else expect(by).toBeUndefined();
  });

  it('is gone within five seconds of its lead, however long saving would take, and cleans up behind it', () => {
    const end = reaping({ message: 'x', channel: 'open', lead: 'gone' });
    expect(end).toMatchObject({ orphans: true });
    expect(end?.deadlineMs).toBeLessThan(2_500);
    expect(end?.graceMs).toBeLessThan(end?.deadlineMs ?? 0);
  });

  it('that was told has time to save its work, and leaves the others alone', () => {
    for (const signs of ALL.filter(({ lead }) => lead === 'alive')) expect(reaping(signs)?.orphans ?? false).toBe(false);
  });
});

describe('the end of a process', () => {
  it.each([
    [{ code: null, signal: 'SIGKILL' }, 'killed', 'SIGKILL ended it.'],
    [{ code: 0, signal: null }, 'exited', 'its work was done.'],
    [{ code: 3, signal: null }, 'exited', 'it ended with code 3; its log says why.'],
    [{ code: null, signal: null }, 'exited', 'it ended with code unknown; its log says why.'],
  ])('%j', (exit, end, why) => {
    expect(endOf(exit)).toEqual({ end, why });
  });
});

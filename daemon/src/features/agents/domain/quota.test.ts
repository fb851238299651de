import { fc, test } from '@fast-check/vitest';
import { describe, expect, it } from 'vitest';
import { limitEnds, saysLimitReached } from './quota.js';

/** Friday, 20 November 2026, 12:00 UTC; Berlin is one hour ahead, New York five behind. */
const NOW = Date.UTC(2026, 10, 20, 12);
const END = 1_795_200_000;

describe('when a limit ends, in the agents’ own words', () => {
  it.each([
    [`Claude AI usage limit reached|${END}`, new Date(END * 1_000).toISOString()],
    ["You've hit your limit · resets 3pm (Europe/Berlin)", '2026-11-20T14:00:00.000Z'],
    ["You've hit your limit · resets 3:30pm (Europe/Berlin)", '2026-11-20T14:30:00.000Z'],
    ['5-hour limit reached ∙ resets 9am', '2026-11-21T08:00:00.000Z'],
    ['Your limit will reset at 7am (America/New_York).', '2026-11-21T12:00:00.000Z'],
    ['You’ve hit your usage limit. Upgrade to Pro or try again at Nov 21st, 2026 11:00 PM.', '2026-11-21T22:00:00.000Z'],
    ['try again at 11:05 PM.', '2026-11-20T22:05:00.000Z'],
    ['Rate limited. Please try again in 3 hours 12 minutes.', '2026-11-20T15:12:00.000Z'],
    ['Try again in 5 days 3 hours.', '2026-11-25T15:00:00.000Z'],
    ['429 Too Many Requests: retry after 30s', '2026-11-20T12:00:30.000Z'],
    ['Quota exceeded. Please retry in 41.5s.', '2026-11-20T12:00:41.500Z'],
    ['Your quota will reset after 2h 15m.', '2026-11-20T14:15:00.000Z'],
    ['Usage limit reached until 2026-11-20T18:00:00Z', '2026-11-20T18:00:00.000Z'],
    ['The limit resets at 14:30', '2026-11-20T13:30:00.000Z'],
  ])('%s', (text, until) => {
    expect(limitEnds(text, NOW, 'Europe/Berlin')).toBe(until);
  });

  it.each([
    ['names no time', 'You have reached your limit.'],
    ['lies in the past', 'try again at Nov 1st, 2026 11:00 PM'],
    ['is absurdly far away', 'try again at Nov 1st, 2036 11:00 PM'],
    ['names an unknown zone', 'resets 3pm (Middle/Earth)'],
    ['is no hour', 'resets 25:00'],
  ])('is unknown when the sentence %s', (_title, text) => {
    expect(limitEnds(text, NOW, 'Europe/Berlin')).toBeUndefined();
  });

  it('keeps to the hour that clocks show across a change of the clock', () => {
    // Berlin sets its clocks back at 01:00 UTC on 25 October 2026.
    expect(limitEnds('resets 9am', Date.UTC(2026, 9, 24, 20), 'Europe/Berlin')).toBe('2026-10-25T08:00:00.000Z');
  });

  test.prop([fc.string(), fc.date({ min: new Date(0), max: new Date(4e12), noInvalidDate: true })])('is never in the past, and nothing makes it throw', (text, now) => {
    const until = limitEnds(`try again at ${text}`, now.getTime(), 'UTC') ?? limitEnds(text, now.getTime(), 'UTC');
    if (until !== undefined) expect(Date.parse(until)).toBeGreaterThan(now.getTime());
  });
});

describe('whether an error says that a limit is reached', () => {
  it.each([
    'Claude AI usage limit reached|1735689600',
    "You've hit your limit · resets 3pm",
    "API Error: Request rejected (429) · This request would exceed your account's rate limit.",
    'exceeded retry limit, last status: 429 Too Many Requests',
    'You exceeded your current quota, please check your plan and billing details.',
    'RESOURCE_EXHAUSTED: Quota exceeded for quota metric',
    'Your credit balance is too low to access the Anthropic API.',
  ])('%s', (text) => {
    expect(saysLimitReached(text)).toBe(true);
  });

  it.each(['Not logged in · Please run /login', 'unexpected status 500 Internal Server Error', 'ENOENT: no such file'])('not: %s', (text) => {
    expect(saysLimitReached(text)).toBe(false);
  });
});

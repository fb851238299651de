import { fc, test } from '@fast-check/vitest';
import type { EventView } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { begin, pauseMs, step } from './feed-machine.js';
import type { FeedEffect, FeedHappening, FeedState } from './feed-machine.js';

const event = (cursor: string): FeedHappening => ({ type: 'frame', frame: { type: 'event', event: { cursor } as EventView } });
const caughtUp = (cursor: string): FeedHappening => ({ type: 'frame', frame: { type: 'caught_up', cursor } });
const closed = (code = 1006): FeedHappening => ({ type: 'closed', code });
const tryNow: FeedHappening = { type: 'try_now' };

/** Runs happenings one after the other; what each asked for. */
function run(...happenings: readonly FeedHappening[]): { readonly state: FeedState; readonly effects: readonly (readonly FeedEffect[])[] } {
  const first = begin();
  const effects = [first.effects];
  let { state } = first;
  for (const happening of happenings) {
    const next = step(state, happening, 1);
    state = next.state;
    effects.push(next.effects);
  }
  return { state, effects };
}
const last = (...happenings: readonly FeedHappening[]): readonly FeedEffect[] => run(...happenings).effects.at(-1) ?? [];

describe('the feed', () => {
  it('begins at the present, and asks once again for what was read before it was live', () => {
    expect(run().effects).toEqual([[{ do: 'connect', cursor: null }]]);
    expect(last(caughtUp('1'))).toEqual([{ do: 'refresh' }]);
    expect(last(caughtUp('1'), caughtUp('2'))).toEqual([]);
  });

  it('hands on each event and resumes behind the last one', () => {
    expect(last(caughtUp('1'), event('2'))).toMatchObject([{ do: 'show', event: { cursor: '2' } }]);
    expect(last(caughtUp('1'), event('2'), closed(), tryNow)).toEqual([{ do: 'connect', cursor: '2' }]);
    expect(last(caughtUp('1'), event('2'), caughtUp('7'), closed(), tryNow)).toEqual([{ do: 'connect', cursor: '7' }]);
  });

  it('does not ask for everything again when it resumes', () => {
    expect(last(caughtUp('1'), closed(), tryNow, event('2'), caughtUp('2'))).toEqual([]);
  });

  it('still owes the refresh when it fails before it was ever live', () => {
    expect(last(closed(), tryNow, closed(), tryNow, caughtUp('1'))).toEqual([{ do: 'refresh' }]);
    expect(last(event('1'), closed(), tryNow, caughtUp('1'))).toEqual([{ do: 'refresh' }]);
  });

  it('waits longer with each failure, and not long after it was live', () => {
    const pauses = run(closed(), tryNow, closed(), tryNow, closed()).effects.flat().flatMap((effect) => (effect.do === 'wait' ? [effect.ms] : []));
    expect(pauses).toEqual([500, 1_000, 2_000]);
    expect(last(closed(), tryNow, closed(), tryNow, caughtUp('1'), closed())).toEqual([{ do: 'wait', ms: 500 }]);
  });

  it('asks whether one is still signed in when it is refused or cannot connect, not when a live one breaks', () => {
    expect(last(closed())).toContainEqual({ do: 'check_session' });
    expect(last(caughtUp('1'), closed(4401))).toContainEqual({ do: 'check_session' });
    expect(last(caughtUp('1'), closed())).not.toContainEqual({ do: 'check_session' });
  });

  it('drops a cursor that is refused, and then asks for everything again', () => {
    expect(last(caughtUp('1'), closed(), tryNow, closed(4403), tryNow)).toEqual([{ do: 'connect', cursor: null }]);
    expect(last(caughtUp('1'), closed(), tryNow, closed(4403), tryNow, caughtUp('9'))).toEqual([{ do: 'refresh' }]);
  });

  it('ignores what a socket says that it has given up, and everything once stopped', () => {
    expect(last(closed(), event('5'))).toEqual([]);
    expect(last(closed(), closed())).toEqual([]);
    expect(last({ type: 'stop' })).toEqual([{ do: 'disconnect' }]);
    expect(last({ type: 'stop' }, event('5'), closed(), tryNow)).toEqual([]);
  });

  it('does nothing about "try now" while it is connected', () => {
    expect(last(tryNow)).toEqual([]);
    expect(last(caughtUp('1'), tryNow)).toEqual([]);
  });

  /**
   * A studio that numbers its events: on `connect` it sends what follows the cursor. However the connection breaks, the feed has shown
   * every event once it has caught up, or has asked for everything anew after the last one it missed.
   */
  test.prop([fc.array(fc.constantFrom('happens', 'breaks', 'refused', 'catches_up', 'retries'), { maxLength: 60 })])('loses nothing silently', (story) => {
    let { state } = begin();
    let now = 0;
    let sent = 0;
    const known = new Set<number>();
    const apply = (happening: FeedHappening): void => {
      const next = step(state, happening, 0.5);
      state = next.state;
      for (const effect of next.effects) {
        if (effect.do === 'show') known.add(Number(effect.event.cursor));
        if (effect.do === 'refresh') for (let each = 1; each <= now; each += 1) known.add(each);
        // Without a cursor the studio begins at the present.
        if (effect.do === 'connect') sent = effect.cursor === null ? now : Number(effect.cursor);
      }
    };
    const catchUp = (): void => {
      if (state.phase === 'waiting') apply(tryNow);
      while (sent < now) apply(event(String((sent += 1))));
      apply(caughtUp(String(now)));
    };
    for (const what of story) {
      if (what === 'happens') now += 1;
      else if (what === 'breaks') apply(closed());
      else if (what === 'refused') apply(closed(4403));
      else if (what === 'retries') apply(tryNow);
      else catchUp();
      if (what === 'happens' && state.phase === 'live') apply(event(String((sent = now))));
    }
    catchUp();
    expect(state.phase).toBe('live');
    expect(known.size).toBe(now);
  });
});

describe('pauseMs', () => {
  test.prop([fc.nat({ max: 2_000 }), fc.double({ min: 0, max: 1, noNaN: true })])('is never longer than half a minute', (failures, random) => {
    const ms = pauseMs(failures, random);
    expect(ms).toBeGreaterThanOrEqual(0);
    expect(ms).toBeLessThanOrEqual(30_000);
  });
});

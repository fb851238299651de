import { expect, it } from 'vitest';
import { lineOf } from './line-link.js';
import { unheard } from './steering.js';
import type { Item } from './transcript.js';

const heard = (seq: number, text: string): Item => ({ kind: 'steered', seq, at: '2026-03-02T12:00:00Z', text, delivered: 'now' });

it('keeps what was sent until the transcript shows it, each as often as it was sent', () => {
  const sent = [{ text: 'use tabs', after: 4 }, { text: 'use tabs', after: 6 }, { text: 'stop', after: 6 }];
  expect(unheard(sent, [])).toEqual(sent);
  // The one before was somebody else's.
  expect(unheard(sent, [heard(3, 'use tabs')])).toEqual(sent);
  expect(unheard(sent, [heard(5, 'use tabs')])).toEqual(sent.slice(1));
  expect(unheard(sent, [heard(7, 'use tabs'), heard(8, 'use tabs'), heard(9, 'stop')])).toEqual([]);
});

it('reads the line of an address, and nothing else that stands there', () => {
  expect(['#L120', 'L7', '#L', '', '#content', '#L12x', '#L99999999999'].map(lineOf)).toEqual([120, 7, undefined, undefined, undefined, undefined, undefined]);
});

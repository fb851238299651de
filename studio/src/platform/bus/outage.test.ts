import { fc, test } from '@fast-check/vitest';
import { expect, it } from 'vitest';
import { Outage } from './outage.js';

function watched(): { readonly news: string[]; readonly outage: Outage } {
  const news: string[] = [];
  return { news, outage: new Outage((error) => news.push(String(error)), () => news.push('back')) };
}

it('is said once when it begins and once when all are back', () => {
  const { news, outage } = watched();
  outage.back('a');
  outage.back('b');
  for (let attempt = 0; attempt < 5; attempt += 1) for (const connection of ['a', 'b']) outage.lost(connection, `${connection} ${attempt}`);
  outage.back('a');
  expect(news).toEqual(['a 0']);
  outage.back('b');
  outage.back('b');
  outage.lost('b', 'again');
  expect(news).toEqual(['a 0', 'back', 'again']);
});

test.prop([fc.array(fc.record({ connection: fc.constantFrom('a', 'b', 'c'), lost: fc.boolean() }))])('is lost and back in turns, and stands as its connections do', (happenings) => {
  const { news, outage } = watched();
  const away = new Set<string>();
  for (const { connection, lost } of happenings) {
    if (lost) {
      away.add(connection);
      outage.lost(connection, 'lost');
    } else {
      away.delete(connection);
      outage.back(connection);
    }
    expect(news.at(-1) === 'lost').toBe(away.size > 0);
  }
  expect(news).toEqual(news.map((_, index) => (index % 2 === 0 ? 'lost' : 'back')));
});

import { fc, test } from '@fast-check/vitest';
import { Problem, refuse, RefusalKind } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Origins } from './origins.js';
import { readCursor, toPage } from './pagination.js';
import { problemOf } from './problem.js';

describe('Origins', () => {
  const origins = new Origins(['http://127.0.0.1:4680', 'https://maestro.example.com/app']);

  it.each(['http://127.0.0.1:4680', 'http://localhost:4680', 'http://[::1]:4680', 'https://maestro.example.com'])('takes %s', (origin) => {
    expect(origins.allows(origin)).toBe(true);
  });

  it.each(['null', '', 'http://localhost:4681', 'http://localhost', 'https://localhost:4680', 'http://maestro.example.com', 'https://maestro.example.com.evil.tld', 'http://evil.tld:4680'])(
    'refuses %j',
    (origin) => {
      expect(origins.allows(origin)).toBe(false);
    },
  );
});

describe('pages', () => {
  const Keys = z.object({ slug: z.string() });

  test.prop([fc.uniqueArray(fc.string(), { maxLength: 40 }), fc.integer({ min: 1, max: 7 })])('read one after the other give everything once, in order', (slugs, limit) => {
    const all = slugs.toSorted();
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const after = readCursor(Keys, cursor);
      if (!after.ok) throw new Error('its own cursor');
      const rest = all.filter((slug) => after.value === undefined || slug > after.value.slug);
      const page = toPage(rest.slice(0, limit + 1), limit, (slug) => ({ slug }));
      expect(page.data.length).toBeLessThanOrEqual(limit);
      seen.push(...page.data);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined);
    expect(seen).toEqual(all);
  });

  test.prop([fc.string()])('refuse a cursor that is none', (cursor) => {
    expect(readCursor(Keys, cursor)).toMatchObject({ ok: false, refusal: { code: 'cursor_invalid' } });
  });
});

describe('problemOf', () => {
  it.each(Object.values(RefusalKind))('has a status and a title for %s', (kind) => {
    const made = problemOf(refuse(kind, 'some_code', 'Do that.', { issues: [{ path: 'a', message: 'b' }], more: 1 }).refusal, 'request-1');
    expect(Problem.parse(made)).toEqual(made);
    expect(made).toMatchObject({ code: 'some_code', detail: 'Do that.', requestId: 'request-1', issues: [{ path: 'a', message: 'b' }], details: { more: 1 } });
    expect(made.status).toBeGreaterThanOrEqual(400);
    expect(made.title).not.toBe('Error');
  });
});

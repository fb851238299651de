import { readFileSync, readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSED_ROWS, EXCUSES, LANE_THREATS, REQUIREMENTS, ROWS, claims } from './data/index.js';

const here = new URL('.', import.meta.url);
const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.e2e.ts'));
const cited = files.flatMap((file) => [...readFileSync(new URL(file, here), 'utf8').matchAll(/'(R-[a-z-]+)'/g)].map(([, id = '']) => ({ id, file })));

describe('the requirements of the end-to-end suite', () => {
  it('have ids of their own', () => {
    const ids = REQUIREMENTS.map(({ id }) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  it('are each cited by a scenario', () => {
    const known = new Set(cited.map(({ id }) => id));
    expect(REQUIREMENTS.filter(({ id }) => !known.has(id)).map(({ id, says }) => `${id}: ${says}`)).toEqual([]);
  });

  it('are all there are: no scenario cites another', () => {
    const known = new Set(REQUIREMENTS.map(({ id }) => id));
    expect(cited.filter(({ id }) => !known.has(id))).toEqual([]);
  });

  it('claim every row that a person or an agent can cause, or an excuse says why not', () => {
    const accounted = [...REQUIREMENTS, ...EXCUSES].flatMap(({ rows }) => rows);
    expect(CAUSED_ROWS.filter((row) => !accounted.some((claim) => claims(claim, row))).map(({ text }) => text)).toEqual([]);
  });

  it('claim nothing that the tables do not have', () => {
    const claimed = [...REQUIREMENTS, ...EXCUSES].flatMap(({ rows }) => rows);
    expect(claimed.filter((claim) => !ROWS.some((row) => claims(claim, row)))).toEqual([]);
  });

  it('are not excused for what they show', () => {
    const shown = REQUIREMENTS.filter(({ id }) => id !== 'R-setup-hook').flatMap(({ rows }) => rows);
    const excused = EXCUSES.flatMap(({ rows }) => rows);
    expect(ROWS.filter((row) => shown.some((claim) => claims(claim, row)) && excused.some((claim) => claims(claim, row))).map(({ text }) => text)).toEqual([]);
  });
});

describe('hostile lanes', () => {
  it('are each shown by a test that is there', () => {
    const text = (file: string) => readFileSync(new URL(`../../${file}`, here), 'utf8');
    expect(LANE_THREATS.filter(({ shown: [file, words] }) => !text(file).includes(words)).map(({ lane, shown }) => [lane, ...shown])).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { canonicalNames, levelsOf } from './skill-names.js';

const canonical = canonicalNames([{ slug: 'typescript', synonyms: ['ts', 'TypeScript'] }, { slug: 'ts', synonyms: [] }, { slug: 'sql', synonyms: ['postgres'] }]);

describe('the names of skills', () => {
  it('lead to one skill, whatever the word and its case', () => {
    expect(['typescript', 'TypeScript', 'Postgres', 'cobol'].map(canonical)).toEqual(['typescript', 'typescript', 'sql', 'cobol']);
  });

  it('a skill of its own wins over a synonym', () => {
    expect(canonical('ts')).toBe('ts');
  });

  it('give the higher level of machine and member', () => {
    expect(levelsOf([[{ slug: 'postgres', proficiency: 2 }], [{ slug: 'sql', proficiency: 4 }, { slug: 'cobol', proficiency: 1 }]], canonical)).toEqual({ sql: 4, cobol: 1 });
  });
});

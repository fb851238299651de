import { describe, expect, it } from 'vitest';
import { label, parseArguments, selectSteps } from './steps.mjs';

const select = (...args: string[]): string[] => {
  const selection = parseArguments(args);
  if ('error' in selection) throw new Error(selection.error);
  return selectSteps(selection).map(label);
};

describe('choosing steps', () => {
  it('runs everything but the agents when nothing is asked', () => {
    expect(select()).toEqual([
      'build',
      'types',
      'lint',
      'arrows',
      'unused',
      'rules',
      'docs',
      'unit',
      'integration',
      'e2e on pglite',
      'e2e on postgres',
      'browser',
    ]);
    expect(select('--agents')).toContain('agents');
  });

  it('brings along the step that compiles what is asked', () => {
    expect(select('--only', 'rules')).toEqual(['types', 'rules']);
    expect(select('--only', 'docs'), 'the documents run commands of the built programs').toEqual(['build', 'docs']);
    expect(select('--only=e2e', '--db', 'postgres')).toEqual(['build', 'e2e on postgres']);
    expect(select('--only', 'unit')).toEqual(['unit']);
  });

  it('keeps the fast check free of servers', () => {
    expect(select('--fast')).toEqual(['build', 'types', 'lint', 'arrows', 'unused', 'rules', 'docs', 'unit']);
  });

  it.each([['--only', 'everything'], ['--db', 'mysql'], ['--verbose'], ['--only']])('refuses %s %s with a sentence', (...args) => {
    expect(parseArguments(args)).toHaveProperty('error');
  });
});

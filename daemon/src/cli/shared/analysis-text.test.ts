import type { AnalysisView, RepositoryReport } from '@maestro/protocol';
import { describe, expect, it } from 'vitest';
import { fakeTerminal } from '../test-support/fake-terminal.js';
import { analysisText, progressText } from './analysis-text.js';

const REPORT: RepositoryReport = {
  files: 1_234,
  skipped: [{ name: 'binary', count: 3 }],
  languages: [{ name: 'TypeScript', files: 9, lines: 12_000 }],
  frameworks: [],
  packages: Array.from({ length: 8 }, (_, index) => ({ name: `p${index}`, path: 'package.json', manager: 'npm', version: '1.0.0', dependencies: 2 })),
  commands: [{ name: 'test', command: 'npm test', path: 'package.json' }],
  entryPoints: [{ path: 'src/main.ts', because: 'its name' }],
  graph: { files: 9, edges: 20, external: 5, unresolved: [], unresolvedCount: 1, hubs: [{ path: 'src/util.ts', count: 7 }], cycles: [], packages: [] },
  artifacts: 80,
  churn: [{ path: 'src/util.ts', commits: 4 }],
  churnCommits: 40,
};
const view = { report: REPORT, commit: 'abcdef0123456789', sentence: 'Done.' } as AnalysisView;

describe('what maestro analyze says', () => {
  it('names the first of each kind, and how many more there are; what is empty is left out', () => {
    const text = analysisText('SHOP', view, { ...fakeTerminal().terminal, columns: 200 });
    expect(text).toContain('SHOP at abcdef012345: 1\u2009234 files, 80 artifacts');
    expect(text).toContain('p0 (npm), p1 (npm), p2 (npm), p3 (npm), p4 (npm), p5 (npm) and 2 more');
    expect(text).toContain('20 between 9 files, 5 of packages, 1 that lead nowhere');
    expect(text).not.toContain('Frameworks');
    expect(text).not.toContain('Cycles');
    expect(analysisText('SHOP', { ...view, report: null }, fakeTerminal().terminal)).toBe('Done.');
  });

  it.each([
    [{ phase: 'analyse', commit: 'c' }, 'Reading the repository.'],
    [{ phase: 'analyse', done: 200, of: 1_234 }, 'Read 200 of 1\u2009234 files.'],
    [{ phase: 'analysed', files: 12, parsed: 10, parsedNow: 10 }, 'Parsed 10 files; none of them was known from before.'],
    [{ phase: 'analysed', files: 12, parsed: 10, parsedNow: 1 }, 'Parsed 10 files; 9 were known from before.'],
    [{ phase: 'handed_in', files: 10, changed: 1 }, 'Handed in what changed: 1 of 10 files.'],
    [{ phase: 'turn', turn: 1 }, undefined],
  ])('%o on the way', (payload, expected) => expect(progressText({ kind: 'phase', payload })).toBe(expected));
});

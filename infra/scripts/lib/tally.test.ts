import { describe, expect, it } from 'vitest';
import { countLastLine, countReport, lastLine, strictly, sum } from './tally.mjs';

const test = (status: string, fullName = status) => ({ status, fullName });
const file = (status: string, ...assertionResults: ReturnType<typeof test>[]) => ({ name: 'a.test.ts', status, assertionResults });

describe('counting a vitest report', () => {
  it('counts tests, and everything that neither passed nor failed as skipped', () => {
    const report = { testResults: [file('failed', test('passed'), test('failed', 'it breaks'), test('skipped'), test('todo'), test('pending'))] };
    expect(countReport(report, 1)).toMatchObject({ passed: 1, failed: 1, skipped: 3, failures: ['it breaks'] });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countReport({ testResults: [file('failed'), file('passed', test('passed'))] }, 1)).toMatchObject({ passed: 1, failed: 1, failures: ['a.test.ts'] });
  });

  it('never calls a red exit code green', () => {
    expect(countReport({ testResults: [file('passed', test('passed'))] }, 1)).toMatchObject({ passed: 1, failed: 1 });
    expect(countReport(undefined, 0)).toMatchObject({ passed: 0, failed: 1 });
  });

  it('calls a suite without tests skipped, not passed', () => {
    expect(countReport({ testResults: [] }, 0)).toMatchObject({ passed: 0, failed: 0, skipped: 1 });
  });
});

describe('counting by the last line', () => {
  it('reads what lastLine writes', () => {
    for (const tally of [
      { passed: 3, failed: 0, skipped: 0 },
      { passed: 0, failed: 2, skipped: 1 },
    ]) {
      expect(countLastLine(`noise\n${lastLine(tally)}\n`, tally.failed)).toMatchObject(tally);
    }
  });

  it('takes a missing line, or a red exit code without a failure, for a failure', () => {
    expect(countLastLine('all good\n', 0)).toMatchObject({ passed: 0, failed: 1 });
    expect(countLastLine('3 passed, 0 failed\n', 1)).toMatchObject({ passed: 0, failed: 1 });
  });
});

describe('the total', () => {
  it('mentions skips only when there are some', () => {
    expect(lastLine(sum([{ passed: 1, failed: 0, skipped: 0 }, { passed: 2, failed: 0, skipped: 0 }]))).toBe('3 passed, 0 failed');
    expect(lastLine({ passed: 3, failed: 0, skipped: 2 })).toBe('3 passed, 0 failed, 2 skipped');
  });

  it('turns skips into failures in strict mode, with their names', () => {
    const outcome = { passed: 1, failed: 1, skipped: 1, failures: ['broken'], skips: ['needs Redis'] };
    expect(strictly(outcome)).toEqual({ passed: 1, failed: 2, skipped: 0, failures: ['broken', 'skipped: needs Redis'], skips: [] });
  });
});

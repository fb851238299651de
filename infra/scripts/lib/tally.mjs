// @ts-check
// Counting: what each step came to, and the one line that people and machines read last.

/**
 * @typedef {{ passed: number, failed: number, skipped: number }} Tally
 * @typedef {Tally & { failures: string[], skips: string[] }} Outcome names of what failed or was skipped
 * @typedef {{ status: string, fullName: string }} ReportedTest
 * @typedef {{ testResults: { name: string, status: string, assertionResults: ReportedTest[] }[] }} VitestReport
 */

/** @returns {Outcome} */
export function passed() {
  return { passed: 1, failed: 0, skipped: 0, failures: [], skips: [] };
}

/** @param {string} why @returns {Outcome} */
export function failed(why) {
  return { passed: 0, failed: 1, skipped: 0, failures: [why], skips: [] };
}

/** @param {string} why @returns {Outcome} */
export function skipped(why) {
  return { passed: 0, failed: 0, skipped: 1, failures: [], skips: [why] };
}

/**
 * Counts a vitest JSON report by its tests. A file that failed without a failed test (an import error, a failing hook)
 * is one failure, and so is an exit code that no test explains (an unhandled rejection): nothing red may count as zero.
 *
 * @param {VitestReport | undefined} report undefined when vitest ended without writing one
 * @param {number} exitCode
 * @returns {Outcome}
 */
export function countReport(report, exitCode) {
  if (report === undefined) return failed(`vitest ended with code ${exitCode} and without a report`);
  const outcome = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]), skips: /** @type {string[]} */ ([]) };
  for (const file of report.testResults) {
    const failuresBefore = outcome.failed;
    for (const test of file.assertionResults) countTest(outcome, test);
    if (file.status === 'failed' && outcome.failed === failuresBefore) {
      outcome.failed += 1;
      outcome.failures.push(file.name);
    }
  }
  if (exitCode !== 0 && outcome.failed === 0) {
    outcome.failed += 1;
    outcome.failures.push(`vitest ended with code ${exitCode} although no test failed`);
  }
  if (outcome.passed + outcome.failed + outcome.skipped === 0) return skipped('there is no such test yet');
  return outcome;
}

/** @param {Outcome} outcome @param {ReportedTest} test */
function countTest(outcome, test) {
  if (test.status === 'passed') {
    outcome.passed += 1;
  } else if (test.status === 'failed') {
    outcome.failed += 1;
    outcome.failures.push(test.fullName);
  } else {
    outcome.skipped += 1;
    outcome.skips.push(test.fullName);
  }
}

/**
 * Reads the counts that a script printed as its last line.
 *
 * @param {string} output
 * @param {number} exitCode
 * @returns {Outcome}
 */
export function countLastLine(output, exitCode) {
  const line = output.trimEnd().split('\n').at(-1) ?? '';
  const counts = /^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/.exec(line);
  if (counts === null) return failed(`it ended with code ${exitCode} and without the line "N passed, N failed"`);
  const outcome = { passed: Number(counts[1]), failed: Number(counts[2]), skipped: Number(counts[3] ?? 0), failures: /** @type {string[]} */ ([]), skips: /** @type {string[]} */ ([]) };
  if (exitCode !== 0 && outcome.failed === 0) return failed(`it ended with code ${exitCode} although it counted no failure`);
  return outcome;
}

/**
 * In strict mode a skip is a failure: a machine that lacks something must not look like one where everything passed.
 *
 * @param {Outcome} outcome
 * @returns {Outcome}
 */
export function strictly(outcome) {
  return {
    passed: outcome.passed,
    failed: outcome.failed + outcome.skipped,
    skipped: 0,
    failures: [...outcome.failures, ...outcome.skips.map((name) => `skipped: ${name}`)],
    skips: [],
  };
}

/** @param {readonly Tally[]} tallies @returns {Tally} */
export function sum(tallies) {
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const tally of tallies) {
    total.passed += tally.passed;
    total.failed += tally.failed;
    total.skipped += tally.skipped;
  }
  return total;
}

/** @param {Tally} tally @returns {string} the last line, exactly */
export function lastLine(tally) {
  const skips = tally.skipped > 0 ? `, ${tally.skipped} skipped` : '';
  return `${tally.passed} passed, ${tally.failed} failed${skips}`;
}

/**
 * The sample repository's own history: a small library of statistics with tests that really run. Fixed authors and dates, so that the
 * same sample has the same commit names everywhere.
 */
export interface SampleCommit {
  readonly message: string;
  readonly author: string;
  /** ISO 8601. */
  readonly date: string;
  readonly files: Readonly<Record<string, string>>;
}

const manifest = `${JSON.stringify(
  {
    name: 'tally',
    version: '1.0.0',
    description: 'Small statistics for lists of numbers',
    license: 'MIT',
    type: 'module',
    exports: './src/index.js',
    scripts: { test: 'node --test' },
  },
  null,
  2,
)}\n`;

const readme = `# tally

Small statistics for lists of numbers, without dependencies.

\`\`\`js
import { sum, formatNumber } from 'tally';

formatNumber(sum([1200, 34.5])); // '1234.50'
\`\`\`

Run the tests with \`npm test\`.
`;

const check = `/** Every function takes a list of finite numbers that is not empty. */
export function checkNumbers(values) {
  if (!Array.isArray(values) || values.length === 0) throw new TypeError('expected a list with at least one number');
  for (const value of values) if (!Number.isFinite(value)) throw new TypeError(\`\${String(value)} is not a finite number\`);
  return values;
}
`;

const sum = `import { checkNumbers } from './check.js';

/** The sum, with Neumaier's correction: small numbers are not lost beside large ones. */
export function sum(values) {
  let total = 0;
  let lost = 0;
  for (const value of checkNumbers(values)) {
    const next = total + value;
    lost += Math.abs(total) >= Math.abs(value) ? total - next + value : value - next + total;
    total = next;
  }
  return total + lost;
}
`;

const sumTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sum } from '../src/index.js';

test('sums', () => assert.equal(sum([1, 2, 3]), 6));
test('keeps small numbers beside large ones', () => assert.equal(sum([1e100, 1, -1e100]), 1));
test('refuses what is not a list of numbers', () => {
  assert.throws(() => sum([]), TypeError);
  assert.throws(() => sum([NaN]), TypeError);
});
`;

const format = `/** A number with a fixed count of decimals. */
export function formatNumber(value, decimals = 2) {
  return value.toFixed(decimals);
}
`;

const formatTest = `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatNumber } from '../src/index.js';

test('has two decimals unless told otherwise', () => {
  assert.equal(formatNumber(1.005), '1.00');
  assert.equal(formatNumber(2, 0), '2');
});
`;

const index = `export { formatNumber } from './format.js';
export { sum } from './sum.js';
`;

export const LIBRARY: readonly SampleCommit[] = [
  { message: 'Begin tally', author: 'Ada Park <ada@example.com>', date: '2026-03-02T09:00:00Z', files: { 'package.json': manifest, 'README.md': readme, '.gitignore': 'node_modules/\n' } },
  { message: 'Check what callers pass', author: 'Ada Park <ada@example.com>', date: '2026-03-02T10:30:00Z', files: { 'src/check.js': check } },
  { message: 'Add sum with error correction', author: 'Ada Park <ada@example.com>', date: '2026-03-03T08:15:00Z', files: { 'src/sum.js': sum, 'src/index.js': "export { sum } from './sum.js';\n", 'test/sum.test.js': sumTest } },
  { message: 'Format numbers', author: 'Ben Osei <ben@example.com>', date: '2026-03-05T14:20:00Z', files: { 'src/format.js': format, 'src/index.js': index, 'test/format.test.js': formatTest } },
];

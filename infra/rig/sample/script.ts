/**
 * What the rehearsal agent does for each task of the sample plan. Only its words and edits are scripted: everything around it (lanes,
 * git, tests, reviews, merges) is the real thing. It shows what goes wrong in practice, too:
 * - `averages` and `spread` append their export to the same place, so the one that lands second meets a real conflict;
 * - `separators` forgets negative numbers, is turned down, and is put right on the same lane;
 * - `percentile` fails its own test at first, and is fixed with the test's output.
 */
type Step = Readonly<Record<string, unknown>>;
interface Part {
  readonly when?: Readonly<Record<string, number>>;
  readonly steps: readonly Step[];
}
type Purposes = Readonly<Record<string, readonly Part[]>>;

const write = (path: string, content: string): Step => ({ write: { path, content } });
const append = (path: string, content: string): Step => ({ append: { path, content } });
const say = (text: string): Step => ({ say: text });

const testFile = (names: string, body: string): string =>
  `import assert from 'node:assert/strict';\nimport { test } from 'node:test';\nimport { ${names} } from '../src/index.js';\n\n${body}`;

const INDEX = { averages: "export * from './averages.js';\n", spread: "export * from './spread.js';\n", summary: "export { summarise } from './summary.js';\n" } as const;
const INDEX_WITH_BOTH = `export { formatNumber } from './format.js';\nexport { sum } from './sum.js';\n${INDEX.averages}${INDEX.spread}`;
const resolveIndex: Part = {
  when: { repair: 1 },
  steps: [
    say('The epic got another export at the same place. Both belong there.'),
    { resolve_conflicts: { path: 'src/index.js', content: INDEX_WITH_BOTH } },
    { run: 'node --test' },
    say('Both exports are kept, and all tests pass.'),
  ],
};

const averages: Purposes = {
  implement: [
    resolveIndex,
    {
      steps: [
        { think: 'mean can stand on sum, which already keeps its precision.' },
        write(
          'src/averages.js',
          `import { checkNumbers } from './check.js';
import { sum } from './sum.js';

/** The arithmetic mean. */
export function mean(values) {
  return sum(values) / values.length;
}

/** The middle value; of an even count the mean of the two in the middle. */
export function median(values) {
  return middleOf([...checkNumbers(values)].sort((a, b) => a - b));
}

function middleOf(sorted) {
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
`,
        ),
        append('src/index.js', INDEX.averages),
        write(
          'test/averages.test.js',
          testFile(
            'mean, median',
            `test('mean', () => assert.equal(mean([1, 2, 6]), 3));
test('median of an odd and an even count', () => {
  assert.equal(median([9, 1, 5]), 5);
  assert.equal(median([4, 1, 3, 2]), 2.5);
});
test('leaves the list as it was', () => {
  const values = [3, 1, 2];
  median(values);
  assert.deepEqual(values, [3, 1, 2]);
});
`,
          ),
        ),
        { run: 'node --test' },
        say('mean and median are in src/averages.js, with tests.'),
      ],
    },
  ],
};

const spread: Purposes = {
  implement: [
    resolveIndex,
    {
      steps: [
        write(
          'src/spread.js',
          `import { checkNumbers } from './check.js';
import { sum } from './sum.js';

/** The variance of a sample (n - 1). */
export function variance(values) {
  if (checkNumbers(values).length < 2) throw new RangeError('a single value has no spread');
  const centre = sum(values) / values.length;
  return sum(values.map((value) => (value - centre) ** 2)) / (values.length - 1);
}

/** The standard deviation of a sample, in the unit of the values. */
export function deviation(values) {
  return Math.sqrt(variance(values));
}
`,
        ),
        append('src/index.js', INDEX.spread),
        write(
          'test/spread.test.js',
          testFile(
            'deviation, variance',
            `test('variance and deviation of a sample', () => {
  assert.equal(variance([2, 4, 4, 4, 5, 5, 7, 9]), 32 / 7);
  assert.equal(deviation([1, 3]), Math.SQRT2);
});
test('a single value has none', () => assert.throws(() => variance([1]), RangeError));
`,
          ),
        ),
        { run: 'node --test' },
        say('variance and deviation are in src/spread.js, with tests.'),
      ],
    },
  ],
};

const formatNumber = (grouping: string): string => `/** A number with a fixed count of decimals and thin spaces between thousands. */
export function formatNumber(value, decimals = 2) {
  const [whole, fraction] = value.toFixed(decimals).split('.');
${grouping}
  return fraction === undefined ? grouped : \`\${grouped}.\${fraction}\`;
}
`;
/** Counts the minus sign as a digit: -123 becomes "- 123". */
const FORGETFUL = `  let grouped = '';
  for (let end = whole.length; end > 0; end -= 3) grouped = whole.slice(Math.max(0, end - 3), end) + (grouped && '\\u2009') + grouped;`;
const CAREFUL = `  // Between two digits only, so that a minus sign is never cut off.
  const grouped = whole.replace(/(?<=\\d)(?=(\\d{3})+$)/g, '\\u2009');`;

const formatTest = (more: string): string =>
  testFile(
    'formatNumber',
    `test('has two decimals unless told otherwise', () => {
  assert.equal(formatNumber(1.005), '1.00');
  assert.equal(formatNumber(2, 0), '2');
});
test('separates thousands', () => assert.equal(formatNumber(1234567.5), '1\\u2009234\\u2009567.50'));
${more}`,
  );

const separators: Purposes = {
  implement: [
    {
      when: { revision: 1 },
      steps: [
        { expect_prompt: 'minus sign' },
        write('src/format.js', formatNumber(CAREFUL)),
        write('test/format.test.js', formatTest("test('groups negative numbers', () => assert.equal(formatNumber(-123456, 0), '-123\\u2009456'));\n")),
        { run: 'node --test' },
        say('The minus sign no longer counts as a digit; a test shows it.'),
      ],
    },
    {
      steps: [write('src/format.js', formatNumber(FORGETFUL)), write('test/format.test.js', formatTest('')), { run: 'node --test' }, say('Thousands are separated by thin spaces.')],
    },
  ],
  review: [
    {
      when: { revision: 0 },
      steps: [
        { run: `node -e "import('./src/index.js').then((m) => console.log(m.formatNumber(-123456, 0)))"` },
        {
          verdict: {
            verdict: 'rejected',
            summary: 'Negative numbers come out wrong: -123456 becomes "-123 456" only by luck, -123 becomes "- 123".',
            findings: [{ path: 'src/format.js', line: 4, severity: 'blocking', message: 'The minus sign is counted as a digit. Group digits only, and test a negative number.' }],
          },
        },
      ],
    },
    { steps: [say('Negative numbers are grouped by digits now.'), { verdict: { verdict: 'approved', summary: 'The finding is addressed and tested.' } }] },
  ],
};

const percentileSource = (rank: string): string => `
/** The value below which p percent of the list lie, with linear interpolation. */
export function percentile(values, p) {
  if (!(p >= 0 && p <= 100)) throw new RangeError(\`\${String(p)} is not between 0 and 100\`);
  const sorted = [...checkNumbers(values)].sort((a, b) => a - b);
  const rank = ${rank};
  const below = Math.min(Math.floor(rank), sorted.length - 1);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (sorted[above] - sorted[below]) * (rank - below);
}
`;
const WRONG_RANK = '(p / 100) * sorted.length';
const RIGHT_RANK = '(p / 100) * (sorted.length - 1)';

const percentile: Purposes = {
  implement: [
    {
      when: { turn: 2 },
      steps: [
        { expect_prompt: 'percentile' },
        say('The rank has to run from 0 to n - 1.'),
        { replace: { path: 'src/averages.js', find: WRONG_RANK, with: RIGHT_RANK } },
        { run: 'node --test' },
        say('percentile agrees with the median now.'),
      ],
    },
    {
      steps: [
        append('src/averages.js', percentileSource(WRONG_RANK)),
        write(
          'test/percentile.test.js',
          testFile(
            'median, percentile',
            `test('the 50th percentile is the median', () => {
  for (const values of [[5, 1, 3], [4, 1, 3, 2]]) assert.equal(percentile(values, 50), median(values));
});
test('runs from the smallest to the largest', () => {
  assert.equal(percentile([3, 1, 2], 0), 1);
  assert.equal(percentile([3, 1, 2], 100), 3);
});
test('refuses what is not a percentage', () => assert.throws(() => percentile([1], 101), RangeError));
`,
          ),
        ),
        say('percentile is in src/averages.js.'),
      ],
    },
  ],
};

const zscores: Purposes = {
  implement: [
    {
      steps: [
        { replace: { path: 'src/spread.js', find: "import { checkNumbers } from './check.js';\n", with: "import { mean } from './averages.js';\nimport { checkNumbers } from './check.js';\n" } },
        append(
          'src/spread.js',
          `
/** Each value's distance from the mean, in standard deviations. */
export function zScores(values) {
  const centre = mean(values);
  const unit = deviation(values);
  return values.map((value) => (unit === 0 ? 0 : (value - centre) / unit));
}
`,
        ),
        write('test/z-scores.test.js', testFile('zScores', `test('distances from the mean', () => assert.deepEqual(zScores([1, 2, 3]), [-1, 0, 1]));\ntest('equal values', () => assert.deepEqual(zScores([4, 4]), [0, 0]));\n`)),
        { run: 'node --test' },
        say('zScores is in src/spread.js, with tests.'),
      ],
    },
  ],
};

const table: Purposes = {
  implement: [
    {
      steps: [
        append(
          'src/format.js',
          `
/** Lines of [label, number] rows: labels to the left, numbers to the right, all of one width. */
export function formatTable(rows) {
  const cells = rows.map(([label, value]) => [label, formatNumber(value)]);
  const widths = [0, 1].map((column) => Math.max(0, ...cells.map((row) => row[column].length)));
  return cells.map(([label, value]) => \`\${label.padEnd(widths[0])}  \${value.padStart(widths[1])}\`);
}
`,
        ),
        { replace: { path: 'src/index.js', find: '{ formatNumber }', with: '{ formatNumber, formatTable }' } },
        write('test/table.test.js', testFile('formatTable', `test('every line has the same width', () => {\n  assert.deepEqual(formatTable([['a', 1], ['long', 1000]]), ['a         1.00', 'long  1\\u2009000.00']);\n});\n`)),
        { run: 'node --test' },
        say('formatTable is in src/format.js, with a test.'),
      ],
    },
  ],
};

const summary: Purposes = {
  implement: [
    {
      steps: [
        write(
          'src/summary.js',
          `import { mean, median, percentile } from './averages.js';
import { deviation } from './spread.js';

/** The measures that people ask for first. */
export function summarise(values) {
  return { count: values.length, mean: mean(values), median: median(values), p90: percentile(values, 90), deviation: values.length < 2 ? 0 : deviation(values) };
}
`,
        ),
        append('src/index.js', INDEX.summary),
        write('test/summary.test.js', testFile('summarise', `test('summarises', () => assert.deepEqual(summarise([1, 3]), { count: 2, mean: 2, median: 2, p90: 2.8, deviation: Math.SQRT2 }));\ntest('a single value', () => assert.equal(summarise([7]).deviation, 0));\n`)),
        { run: 'node --test' },
        say('summarise is in src/summary.js, with tests.'),
      ],
    },
  ],
};

const command: Purposes = {
  implement: [
    {
      steps: [
        write(
          'bin/tally.js',
          `#!/usr/bin/env node
import { formatTable, summarise } from '../src/index.js';

const values = process.argv.slice(2).map(Number);
if (values.length === 0 || values.some((value) => !Number.isFinite(value))) {
  console.error('usage: tally <number> …   every argument must be a number');
  process.exit(2);
}
for (const line of formatTable(Object.entries(summarise(values)))) console.log(line);
`,
        ),
        { replace: { path: 'package.json', find: '"exports": "./src/index.js",', with: '"exports": "./src/index.js",\n  "bin": "./bin/tally.js",' } },
        write(
          'test/command.test.js',
          `import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const tally = (...args) => spawnSync(process.execPath, [fileURLToPath(new URL('../bin/tally.js', import.meta.url)), ...args], { encoding: 'utf8' });

test('prints a summary', () => assert.match(tally('1', '2', '3').stdout, /^median +2\\.00$/m));
test('refuses words', () => assert.equal(tally('one').status, 2));
`,
        ),
        { run: 'node --test' },
        say('bin/tally.js prints the summary.'),
      ],
    },
  ],
};

const readme: Purposes = {
  implement: [
    {
      steps: [
        append(
          'README.md',
          `
## Functions

| call | result |
|---|---|
| \`mean([1, 2, 6])\` | \`3\` |
| \`median([4, 1, 3, 2])\` | \`2.5\` |
| \`percentile([3, 1, 2], 100)\` | \`3\` |
| \`variance([1, 3])\` | \`2\` |
| \`zScores([1, 2, 3])\` | \`[-1, 0, 1]\` |
| \`formatTable([['a', 1]])\` | \`['a  1.00']\` |
`,
        ),
        say('README.md lists the functions with their results.'),
      ],
    },
  ],
};

const anyTask: Purposes = {
  review: [{ steps: [say('I read the diff and ran the tests.'), { run: 'node --test' }, { verdict: { verdict: 'approved', summary: 'It does what the criteria ask, and the tests pass.' } }] }],
};

/** In the order of the plan, so that the n-th task's key is known when the script is written. */
const IN_ORDER = [averages, spread, separators, percentile, zscores, table, summary, command, readme];

/** The script for tasks whose keys are `<prefix>-<first>`, `<prefix>-<first + 1>` and so on. */
export function sampleScript(prefix: string, first: number): string {
  const tasks = Object.fromEntries([['*', anyTask] as const, ...IN_ORDER.map((purposes, index) => [`${prefix}-${first + index}`, purposes] as const)]);
  return JSON.stringify({ 'maestro-rehearsal': 1, tasks }, null, 2);
}

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatProposal } from './proposal-format.js';
import { PROPOSAL_LIMITS, ProposalFormat } from './proposal-schema.js';
import type { Proposal } from './proposal-schema.js';
import { detectFormat, parseProposal } from './proposal.js';
import { normalizeText, oneLine } from './text-form.js';


const SHOP: Proposal = {
  title: 'Shop',
  goal: 'Sell things.\n\nOnline.',
  phases: [
    {
      title: 'Data',
      tasks: [
        { key: 'customers', title: 'Customers table', description: '', acceptanceCriteria: [], dependsOn: [], skills: [] },
        {
          key: 'orders', title: 'Orders table', description: 'With an index.\n\n```sql\n-- key: none\n```', acceptanceCriteria: ['It migrates', 'It rolls back'],
          dependsOn: ['customers'], skills: [{ slug: 'postgres', min: 4 }, { slug: 'sql', min: 3 }], estimateMinutes: 150, priority: 5,
        },
      ],
    },
    { title: 'Screens', tasks: [{ key: 'cart', title: 'Cart', description: '', acceptanceCriteria: [], dependsOn: ['orders'], skills: [{ slug: 'react', min: 3 }] }] },
  ],
};

const YAML_TEXT = `
title: Shop
goal: |
  Sell things.

  Online.
phases:
  - title: Data
    tasks:
      - { key: customers, title: Customers table }
      - key: orders
        title: Orders table
        description: |
          With an index.

          \`\`\`sql
          -- key: none
          \`\`\`
        acceptance_criteria: [It migrates, It rolls back]
        depends on: customers
        skills: [postgres:80%, { slug: sql }]
        estimate: 2h 30m
        priority: 5
  - title: Screens
    tasks:
      - key: cart
        title: Cart
        dependsOn: [orders]
        skills: react
`;

const MD_TEXT = `# Shop

Sell things.

Online.

## Data

- [ ] Customers table
  - key: customers
* [x] Orders table
    key: orders
    depends on: customers
    skills: postgres:4, sql
    Estimate: 2h30m
    - priority: 5
    - Acceptance criteria:
      - It migrates
      - [ ] It rolls
        back

    With an index.

    \`\`\`sql
    -- key: none
    \`\`\`

---

## Screens
- [ ] Cart
  - key: cart
  - skills: react
  - depends on: orders
`;

const issuesOf = (text: string, options = {}) => {
  const result = parseProposal(text, options);
  return result.ok ? [] : result.issues.map(({ line, column, message }) => [line, column, message]);
};
const saying = (words: string) => expect.stringContaining(words) as unknown;
const task = (rest: object) => ({ title: 't', ...rest });
const withTasks = (...tasks: object[]) => JSON.stringify({ phases: [{ title: 'p', tasks }] });

describe('parseProposal', () => {
  it.each([['yaml', YAML_TEXT], ['md', MD_TEXT], ['json', JSON.stringify(SHOP)]] as const)('reads %s, and tells the format by itself', (format, text) => {
    expect(detectFormat(text)).toBe(format);
    expect(parseProposal(text)).toEqual({ ok: true, value: SHOP });
    expect(parseProposal(`\ufeff${text.replaceAll('\n', '\r\n')}`)).toEqual({ ok: true, value: SHOP });
  });

  it('gives keys where there are none, beside those that are taken', () => {
    const result = parseProposal(withTasks(task({}), task({ key: 'task-1' }), task({ dependsOn: ['task-1'] })));
    expect(result.ok && result.value.phases[0]?.tasks.map(({ key, dependsOn }) => [key, dependsOn])).toEqual([['task-1-2', []], ['task-1', []], ['task-3', ['task-1']]]);
  });

  it('names cycles in order, and every other problem between tasks, with their places', () => {
    const text = `phases:
- title: p
  tasks:
  - {key: a, title: t, dependsOn: [b]}
  - {key: b, title: t, dependsOn: [c, c]}
  - {key: c, title: t, dependsOn: [a, d]}
  - {key: d, title: t, dependsOn: [d, gone]}
  - {key: a, title: t, skills: [cobol]}
`;
    expect(issuesOf(text, { knownSkills: new Set(['sql', 'go']) })).toEqual([
      [4, 5, 'These tasks wait for each other: a → b → c → a. Remove one of these dependencies.'],
      [7, 36, '"d" depends on itself.'],
      [7, 39, 'There is no task with the key "gone".'],
      [8, 11, 'The key "a" is already that of the task in line 4; each task needs its own.'],
      [8, 33, 'The workspace has no skill "cobol". It has: go, sql.'],
    ]);
  });

  it('lists every problem of shape at once', () => {
    const text = `phases:
- title: ""
  color: red
  tasks:
  - title: [x]
  - key: a b
  - title: t
    estimate: soon
    priority: high
    skills: [a b, "go:9"]
    acceptance: ["", ok]
    depends_on: {a: b}
  - just text
`;
    expect(issuesOf(text)).toEqual([
      [2, 10, saying('This phase has no title')],
      [3, 3, saying('"color"')],
      [5, 12, saying('as text')],
      [6, 5, saying('This task has no title')],
      [6, 10, saying('"a b" is no key')],
      [8, 15, saying('2h, 90m')],
      [9, 15, saying('-100 to 100')],
      [10, 14, saying('a skill is a short name')],
      [10, 19, saying('1 to 5')],
      [11, 18, saying('empty')],
      [12, 17, saying('list')],
      [13, 5, saying('A task is an object')],
    ]);
  });

  it.each([
    ['an empty text', '', 1, 1, 'A proposal is an object'],
    ['no phases', '{"title":"a"}', 1, 1, 'needs phases'],
    ['no tasks', '{"phases":[{"title":"p"}]}', 1, 1, 'at least one task'],
    ['a list', '[1]', 1, 1, 'A proposal is an object'],
    ['broken JSON', '{\n  "phases": [,]\n}', 2, 14, 'Expected a JSON value'],
    ['JSON with text behind', '{"phases":[]} x', 1, 15, 'behind the end'],
    ['a repeated JSON member', '{"phases":[],"phases":[]}', 1, 14, 'twice'],
    ['a repeated YAML key', 'phases: []\nphases: []', 2, 1, 'twice'],
    ['one member in two spellings', withTasks(task({ dependsOn: [], depends_on: [] })), 1, '"depends_on"', 'twice'],
    ['two estimates', withTasks(task({ estimate: '1h', estimateMinutes: 60 })), 1, '"estimate"', 'not both'],
    ['broken YAML', 'phases:\n  - a: "b', 2, 10, 'YAML'],
    ['a YAML anchor', 'phases: &a []', 1, 9, 'anchors'],
    ['a YAML alias', 'phases: *a', 1, 9, 'anchors'],
    ['a YAML tag', 'phases: !!js/function "x"', 1, 9, 'tags'],
    ['a second YAML document', 'phases: []\n---\na: b', 2, 1, 'YAML'],
    ['a control character', JSON.stringify({ phases: [{ title: 'a\u0000', tasks: [task({})] }] }), 1, 21, 'control character'],
    ['half a surrogate pair', withTasks({ title: '\ud800' }), 1, '"\\ud800', 'surrogate'],
    ['a long title', withTasks({ title: 'a'.repeat(201) }), 1, '"aaa', '201 characters'],
    ['a long description', withTasks(task({ description: 'a'.repeat(20_001) })), 1, '"aaa', '20001 characters'],
    ['a long text', ' '.repeat(PROPOSAL_LIMITS.text + 1), 1, 1, 'at most'],
    ['501 tasks', withTasks(...Array.from({ length: 501 }, () => task({}))), 1, 34 + 500 * 14, 'at most 500 tasks'],
    ['101 phases', JSON.stringify({ phases: Array.from({ length: 101 }, () => ({ title: 'p', tasks: [task({})] })) }), 1, 12 + 100 * 38, 'at most 100 phases'],
  ])('refuses %s', (_name, text, line, column, words) => {
    expect(issuesOf(text)).toEqual([[line, typeof column === 'number' ? column : text.indexOf(column) + 1, saying(words)]]);
  });

  it.each([
    ['a task before the first phase', '- [ ] a\n  - key: x\n\n## p\n- [ ] b', 1, 1, 'before the first phase'],
    ['a second title', '# a\n## p\n# b\n- [ ] t', 3, 1, 'one title'],
    ['a title below the goal', 'goal\n# a\n## p\n- [ ] t', 2, 1, 'one title'],
    ['a deep heading', '## p\n- [ ] t\n### q', 3, 1, 'Headings deeper'],
    ['a bullet that is no task', '## p\n- [ ] t\n- u', 3, 1, 'write "- [ ] Title"'],
    ['text at the margin', '## p\n- [ ] t\n\nmore\nand more', 4, 1, 'belongs to no task'],
    ['a checklist in a task', '## p\n- [ ] t\n  - [ ] u', 3, 3, 'checklist inside a task'],
    ['a tab', '## p\n- [ ] t\n\tkey: a', 3, 1, 'spaces, not tabs'],
    ['uneven indentation', '## p\n- [ ] t\n    - key: a\n  text', 4, 1, 'at least 4 spaces'],
    ['a field given twice', '## p\n- [ ] t\n  - key: a\n  - key: b', 4, 3, 'twice'],
    ['a wrong estimate', '## p\n- [ ] t\n  - estimate: 2', 3, 15, '2h, 90m'],
    ['an unknown dependency', '## p\n- [ ] t\n  - depends on: x', 3, 17, 'no task with the key "x"'],
    ['a task without a title', '## p\n- [ ]', 2, 6, 'This task has no title'],
    ['a phase without a title', '##\n- [ ] t', 1, 4, 'This phase has no title'],
    ['an empty criterion', '## p\n- [ ] t\n  - acceptance:\n    -', 4, 5, 'empty'],
    ['a fence of the goal that is never closed', 'goal\n```\n## p\n- [ ] t', 1, 1, 'never closed'],
  ])('refuses Markdown with %s', (_name, text, line, column, words) => {
    expect(issuesOf(text, { format: 'md' })[0]).toEqual([line, column, saying(words)]);
  });

  it('refuses the enormous and the deep with little work', () => {
    const many = 100_000;
    const hostile: [ProposalFormat, string][] = [
      ['json', `{"phases":[{"title":"p","tasks":[${'{},'.repeat(many)}{}]}]}`],
      ['json', `{"phases":[${'0,'.repeat(many)}0]}`],
      ['json', '['.repeat(many)],
      ['json', `{"phases":${'{"a":'.repeat(many)}`],
      ['json', `"${'\\u0041'.repeat(many)}`],
      ['yaml', `phases:\n- title: p\n  tasks:\n${'  - {}\n'.repeat(many)}`],
      ['yaml', `phases: ${'['.repeat(many)}`],
      ['yaml', `phases:\n${'- '.repeat(many)}`],
      ['yaml', `? `.repeat(many)],
      ['yaml', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
      ['yaml', 'phases: '.repeat(many)],
      ['md', `## p\n${'- [ ] t\n'.repeat(many)}`],
      ['md', '## p\n'.repeat(many)],
      ['md', `## p\n- [ ] t\n${'  - [ ] u\n'.repeat(many - 10_000)}`],
      ['md', `${' '.repeat(many)}a\n`.repeat(9)],
      ['md', '>'.repeat(many)],
    ];
    parseProposal(YAML_TEXT);
    for (const [format, text] of hostile) {
      // The processor's time and not the clock's, so that a busy machine changes nothing; the best of five, for what runs beside it. Each takes
      // 1 to 60 ms; quadratic work, which this is here to catch, takes minutes.
      const best = Math.min(...[1, 2, 3, 4, 5].map(() => {
        const before = process.cpuUsage();
        expect(parseProposal(text, { format }).ok).toBe(false);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / 1_000;
      }));
      expect(best, `milliseconds for ${format} ${JSON.stringify(text.slice(0, 40))}`).toBeLessThan(1_000);
    }
  });
});

describe('formatProposal', () => {
  const line = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 30 }),
    fc.string({ unit: fc.constantFrom('`', '~', '-', '[', ']', ' ', 'x', '#', ':', '\\', 'key', '\t', '>', '|', '"', "'", '{', '&', '*', '!', '%', '@', ','), maxLength: 12 }),
    fc.constantFrom('- [ ] a', '\\- [ ] a', '## a', '\\## a', '# a', 'key: a', '- key: a', 'key\\: a', 'Depends on: b', '  skills: c', '```', '````', '~~~', '\\```', '[ ] a', '---', 'true', 'null', '~', '1.10', '', '-', '? a', 'a: b', '0x1f', '...', 'acceptance:', '- '),
  );
  const storable = fc.array(line, { maxLength: 6 }).map((lines) => normalizeText(lines.join('\n')));
  const title = line.map(oneLine).filter((text) => text !== '' && text.length <= 200);
  const proposal = fc
    .array(fc.record({ title, tasks: fc.array(fc.record({ title, description: storable, acceptanceCriteria: fc.array(title, { maxLength: 3 }), picks: fc.array(fc.nat(), { maxLength: 3 }), skills: fc.uniqueArray(fc.record({ slug: fc.stringMatching(/^[a-z0-9][a-z0-9+#._-]{0,10}$/), min: fc.integer({ min: 1, max: 5 }) }), { selector: (one) => one.slug, maxLength: 3 }), estimateMinutes: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: undefined }), priority: fc.option(fc.integer({ min: -100, max: 100 }), { nil: undefined }) }), { maxLength: 4 }) }), { minLength: 1, maxLength: 3 })
    .chain((phases) => fc.record({ phases: fc.constant(phases), title: fc.option(title, { nil: undefined }), goal: storable }))
    .map(({ phases, title: planTitle, goal }): Proposal => {
      let number = 0;
      return {
        ...(planTitle === undefined ? {} : { title: planTitle }),
        ...(goal === '' ? {} : { goal }),
        phases: phases.map((phase) => ({
          title: phase.title,
          tasks: phase.tasks.map(({ picks, estimateMinutes, priority, ...rest }) => {
            number += 1;
            const earlier = number - 1;
            return {
              ...rest,
              key: `k${number}`,
              dependsOn: earlier === 0 ? [] : [...new Set(picks.map((pick) => `k${(pick % earlier) + 1}`))],
              ...(estimateMinutes === undefined ? {} : { estimateMinutes }),
              ...(priority === undefined ? {} : { priority }),
            };
          }),
        })),
      };
    })
    .filter((value) => value.phases.some((phase) => phase.tasks.length > 0));

  it.each(Object.values(ProposalFormat))('writes %s that reads back as the same value', (format) => {
    fc.assert(
      fc.property(proposal, (value) => {
        const text = formatProposal(value, format);
        expect(parseProposal(text, { format })).toEqual({ ok: true, value });
        expect(formatProposal(value, format)).toBe(text);
      }),
      { numRuns: 400 },
    );
  });

  it('writes what its format is told by', () => {
    for (const format of Object.values(ProposalFormat)) {
      expect(detectFormat(formatProposal(SHOP, format))).toBe(format);
      expect(parseProposal(formatProposal(SHOP, format))).toEqual({ ok: true, value: SHOP });
    }
  });

  it('writes Markdown a person would write', () => {
    expect(formatProposal(SHOP, 'md')).toBe(`# Shop

Sell things.

Online.

## Data

- [ ] Customers table
  - key: customers

- [ ] Orders table
  - key: orders
  - depends on: customers
  - skills: postgres:4, sql
  - estimate: 2h30m
  - priority: 5
  - acceptance:
    - It migrates
    - It rolls back

  With an index.

  \`\`\`sql
  -- key: none
  \`\`\`

## Screens

- [ ] Cart
  - key: cart
  - depends on: orders
  - skills: react
`);
  });
});

describe('any text', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc.constantFrom('phases:', '\n', '\n- ', '\n  - ', 'title: ', 'tasks:', '{', '[', '&a', '*a', '!!x', '|\n', '>', '## ', '# ', '- [ ] ', '    ', 'key: ', '"', "'", '---\n', '%YAML 1.2\n', '```', '\t', '? ', '\u2028', '\u0085'),
  );

  it('is read or refused with places inside it, never thrown at', () => {
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }).map((parts) => parts.join('')), fc.constantFrom(undefined, ...Object.values(ProposalFormat)), (text, format) => {
        const result = parseProposal(text, { format });
        if (result.ok) return;
        expect(result.issues.length).toBeGreaterThan(0);
        expect(result.issues.length).toBeLessThanOrEqual(200);
        const lines = text.split(/\r\n|\n|\r/);
        for (const issue of result.issues) {
          expect(issue.line).toBeGreaterThanOrEqual(1);
          expect(issue.line).toBeLessThanOrEqual(lines.length);
          expect(issue.column).toBeGreaterThanOrEqual(1);
          expect(issue.message.length).toBeLessThan(600);
        }
      }),
      { numRuns: 3000 },
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAnswer } from './proposal-answer.js';

const YAML_BLOCK = 'phases:\n  - title: p\n    tasks:\n      - title: t';
const VALUE = { phases: [{ title: 'p', tasks: [{ key: 'task-1', title: 't', description: '', acceptanceCriteria: [], dependsOn: [], skills: [] }] }] };
const fenced = (info: string, text: string) => `Here is my plan.\n\n\`\`\`${info}\n${text}\n\`\`\`\n\nShall I go on?`;

describe('parseAnswer', () => {
  it.each([
    ['yaml', fenced('yaml', YAML_BLOCK)],
    ['a fence without a name', fenced('', YAML_BLOCK)],
    ['a named proposal', fenced('proposal', YAML_BLOCK)],
    ['json', fenced('json', '{\n  "phases": [{"title":"p","tasks":[{"title":"t"}]}]\n}')],
    ['json on one line', fenced('json', '{"phases": [{"title":"p","tasks":[{"title":"t"}]}]}')],
    ['markdown in a longer fence', '````md\n## p\n- [ ] t\n````'],
    ['a block beside other code', `${fenced('sh', 'npm test')}\n${fenced('yaml', YAML_BLOCK)}\n${fenced('json', '{"a":1}')}`],
    ['a block in a list item', `1. The plan:\n\n   \`\`\`yaml\n   ${YAML_BLOCK.replaceAll('\n', '\n   ')}\n   \`\`\``],
  ])('finds %s', (_name, answer) => {
    expect(parseAnswer(answer)).toEqual({ kind: 'found', result: { ok: true, value: VALUE } });
  });

  it.each([
    ['a question', 'Which database do you use?'],
    ['code in passing', fenced('ts', 'const phases: string[] = [];')],
    ['a quoted proposal', `> \`\`\`yaml\n> ${YAML_BLOCK.replaceAll('\n', '\n> ')}\n> \`\`\``],
    ['text that only looks like one', YAML_BLOCK],
    ['nothing', ''],
  ])('finds none in %s', (_name, answer) => {
    expect(parseAnswer(answer)).toEqual({ kind: 'none' });
  });

  const issues = (answer: string) => {
    const found = parseAnswer(answer);
    return found.kind === 'found' && !found.result.ok ? found.result.issues : [];
  };

  it('gives places in the answer', () => {
    expect(issues(fenced('yaml', 'phases:\n  - title: p\n    tasks:\n      - key: a'))).toMatchObject([{ line: 7, column: 9, path: 'phases[0].tasks[0].title' }]);
    expect(issues('- x\n  ```json\n  {"phases": 1}\n  ```')).toMatchObject([{ line: 3, column: 14 }]);
  });

  it('refuses two proposals, and one that is cut off', () => {
    expect(issues(`${fenced('yaml', YAML_BLOCK)}\n${fenced('yaml', YAML_BLOCK)}`)).toMatchObject([{ line: 13, column: 1, message: expect.stringContaining('exactly one') as unknown }]);
    expect(issues(`\`\`\`yaml\n${YAML_BLOCK}`)).toMatchObject([{ line: 1, column: 1, message: expect.stringContaining('never closed') as unknown }]);
  });

  it('never throws', () => {
    const part = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('```', '```yaml', '\n', 'phases:', '- ', '  ', '> ', '## p', '- [ ] t', '{"phases":'));
    fc.assert(fc.property(fc.array(part, { maxLength: 20 }).map((parts) => parts.join('')), (text) => void parseAnswer(text)), { numRuns: 2000 });
  });
});

// The rules of the house that concern every committed file. Run by `npm run check` and `npm test`.
import { execFileSync } from 'node:child_process';
import { lstatSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { checkFile, codeLines, isCode } from './lib/house-rules.js';
import { repositoryRoot } from './lib/repository.js';

const LONGEST = 10;

const machine = { root: repositoryRoot(), home: homedir() };
const files = committedFiles().map((path) => ({ path, text: readFileSync(join(machine.root, path), 'utf8') }));
const violations = files.flatMap(({ path, text }) => checkFile(path, text, machine));

for (const { path, line, message } of violations) {
  console.error(`${path}${line === undefined ? '' : `:${line}`} ${message}`);
}
console.log(`the ${LONGEST} longest of ${files.length} files, in lines of code:`);
const byLength = files.filter(({ path }) => isCode(path)).map(({ path, text }) => ({ path, lines: codeLines(text) }));
for (const { path, lines } of byLength.toSorted((a, b) => b.lines - a.lines).slice(0, LONGEST)) console.log(`${String(lines).padStart(5)}  ${path}`);
if (violations.length > 0) {
  console.error(`${violations.length} ${violations.length === 1 ? 'place breaks' : 'places break'} the rules of the house`);
  process.exitCode = 1;
}

/** Committed files and those about to be: new ones that git does not ignore. Binary files and deleted ones are left out. */
function committedFiles(): string[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'], { cwd: machine.root, encoding: 'utf8' });
  return output.split('\0').filter((path) => path !== '' && isText(join(machine.root, path)));
}

function isText(path: string): boolean {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && !readFileSync(path).subarray(0, 8_000).includes(0);
}

import { describe, expect, it } from 'vitest';
import { checkFile, codeLines } from './house-rules.js';

// Put together, so that this file passes the rules that it tests.
const home = ['', 'home', 'somebody'].join('/');
const stranger = ['', 'Users', 'jane.roe'].join('/');
const machine = { root: '/srv/checkouts/maestro', home };
const messages = (path: string, text: string): string[] => checkFile(path, text, machine).map((violation) => violation.message);

describe('the rules of the house', () => {
  it('lets ordinary files pass', () => {
    expect(messages('a.ts', 'const home = "/home/ada/repo"; // see https://nodejs.org and `/root` and todo lists\n')).toEqual([]);
    expect(messages('package-lock.json', '"integrity": "sha512-abc",')).toEqual([]);
  });

  it.each([
    ['the checkout', 'cd /srv/checkouts/maestro/infra'],
    ['the home of who runs it', `cache: ${home}/.cache`],
    ['the home of somebody else', `cwd: "${stranger}/code/maestro"`],
  ])('forbids a path of one machine: %s', (_, text) => {
    expect(messages('README.md', text)).toEqual([expect.stringContaining('one machine')]);
  });

  it('forbids registries everywhere and download addresses in the lockfile', () => {
    expect(messages('.npmrc', `registry=https://${'registry'}.example.com/`)).toEqual([expect.stringContaining('package registry')]);
    expect(messages('package-lock.json', '  "resolved": "https://downloads.example.com/a.tgz",')).toEqual([expect.stringContaining('download address')]);
  });

  it('forbids words that mean "not finished" and says on which line', () => {
    expect(checkFile('a.ts', `\n// ${'TO'}DO later\n`, machine)).toEqual([expect.objectContaining({ path: 'a.ts', line: 2 })]);
  });

  it('forbids more than 400 lines of code, and counts neither comments nor blank lines', () => {
    const long = 'const a = 1;\n'.repeat(401);
    expect(messages('a.ts', long)).toEqual([expect.stringContaining('401 lines of code')]);
    expect(messages('a.md', long)).toEqual([]);
    expect(codeLines('/**\n * text\n */\nconst a = 1;\n\n  // why\nconst b = 2; // here\n')).toBe(2);
  });
});

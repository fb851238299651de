// `npm run docs` writes the generated pages; `npm run docs -- --check` says which are stale, which links lead nowhere, and
// which shell blocks that promise to work do not.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { checkedBlocks } from './docs/checked-blocks.js';
import { brokenLinks } from './docs/links.js';
import { render } from './docs/page.js';
import { pages } from './docs/pages.js';
import { repositoryRoot } from './lib/repository.js';

const BLOCK_TIMEOUT_MS = 60_000;
const root = repositoryRoot();
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

if (process.argv.includes('--check')) {
  const problems = [...(await stalePages()), ...markdownFiles().flatMap(problemsOf)];
  for (const problem of problems) console.error(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`${pages.length} generated pages are current; all links lead somewhere`);
} else {
  for (const page of pages) {
    const file = join(root, page.file);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, await render(page));
    console.log(`wrote ${page.file}`);
  }
}

async function stalePages(): Promise<string[]> {
  const stale = await Promise.all(
    pages.map(async (page) => {
      const current = await render(page);
      return existsSync(join(root, page.file)) && read(page.file) === current ? [] : [`${page.file} is stale: run "npm run docs" and commit it`];
    }),
  );
  return stale.flat();
}

function markdownFiles(): string[] {
  const output = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate', '*.md'], { cwd: root, encoding: 'utf8' });
  return output.split('\0').filter((path) => path !== '' && !path.includes('/fixtures/') && existsSync(join(root, path)));
}

function problemsOf(path: string): string[] {
  const links = brokenLinks(path, { exists: (other) => existsSync(join(root, other)), read });
  const blocks = checkedBlocks(path, read(path)).flatMap(({ line, script }) => {
    const output = failureOf(script);
    return output === undefined ? [] : [`${path}:${line} promises to work and does not:\n${output}`];
  });
  return [...links, ...blocks];
}

/** Runs a block in the root of the repository, with a home of its own and the project's commands in PATH. */
function failureOf(script: string): string | undefined {
  const home = mkdtempSync(join(tmpdir(), 'maestro-docs-'));
  const path = [join(root, 'node_modules', '.bin'), process.env['PATH'] ?? ''].join(delimiter);
  try {
    const result = spawnSync('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: root,
      encoding: 'utf8',
      timeout: BLOCK_TIMEOUT_MS,
      env: { PATH: path, HOME: home, MAESTRO_HOME: join(home, '.maestro') },
    });
    if (result.status === 0) return undefined;
    return `${result.stdout}${result.stderr}${result.error === undefined ? '' : String(result.error)}`.trim();
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

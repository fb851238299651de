import { cp, mkdir, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../rig/folders.js';
import { git } from '../../rig/sample/repository.js';
import { CannotRun } from '../lib/bench.js';
import type { Source } from './foreign.js';

const run = promisify(execFile);

/** Puts the sources into a bare repository with one commit on `main`. @throws CannotRun */
export async function repositoryOf(source: Source, folder: string): Promise<string> {
  const work = join(folder, 'work');
  await mkdir(folder, { recursive: true });
  await (source.kind === 'installed' ? copyInstalled(source, work) : unpackDebian(source, folder, work));
  for (const extra of source.without) await rm(join(work, extra), { recursive: true, force: true });
  await git(work, ['init', '-q', '-b', 'main']);
  await git(work, ['add', '-A', '--force']);
  await git(work, ['-c', 'user.name=Bench', '-c', 'user.email=bench@example.com', 'commit', '-q', '-m', `${source.name} ${source.version}`]);
  const bare = join(folder, 'origin.git');
  await git(folder, ['clone', '-q', '--bare', work, bare]);
  return bare;
}

async function copyInstalled({ name, version, without }: Source, to: string): Promise<void> {
  const from = join(ROOT, 'node_modules', name);
  const manifest = await readFile(join(from, 'package.json'), 'utf8').catch(() => undefined);
  const found = manifest === undefined ? undefined : (JSON.parse(manifest) as { version: string }).version;
  if (found !== version) throw new CannotRun(`${name} ${version} is not installed (found: ${found ?? 'none'}). The facts are about that version.`);
  await cp(from, to, { recursive: true, filter: (path) => !without.some((extra) => path === join(from, extra)) });
}

/**
 * `apt-get source` with lists and a cache of its own: the machine's sources are read, with `deb-src` where they say `deb`, and nothing of
 * the machine is changed.
 */
async function unpackDebian({ name, version }: Source, folder: string, to: string): Promise<void> {
  const apt = join(folder, 'apt');
  await mkdir(join(apt, 'parts'), { recursive: true });
  await mkdir(join(apt, 'lists', 'partial'), { recursive: true });
  await mkdir(join(apt, 'cache', 'archives', 'partial'), { recursive: true });
  const machine = '/etc/apt/sources.list.d';
  for (const file of (await readdir(machine).catch(() => [])).filter((each) => each.endsWith('.sources'))) {
    await writeFile(join(apt, 'parts', file), (await readFile(join(machine, file), 'utf8')).replace(/^Types: deb$/gm, 'Types: deb-src'));
  }
  const options = ['-qq', '-o', 'Dir::Etc::sourcelist=/dev/null', '-o', `Dir::Etc::sourceparts=${join(apt, 'parts')}`, '-o', `Dir::State::lists=${join(apt, 'lists')}`, '-o', `Dir::Cache=${join(apt, 'cache')}`, '-o', 'APT::Sandbox::User=root'];
  try {
    await run('apt-get', [...options, 'update'], { cwd: apt });
    await run('apt-get', [...options, 'source', name], { cwd: apt });
  } catch (error) {
    throw new CannotRun(`apt-get source ${name} failed. It needs a Debian machine with a mirror and dpkg-dev. ${error instanceof Error ? error.message.split('\n').slice(-2).join(' ').replace(/https?:\/\/\S+/g, '<address>') : ''}`);
  }
  const unpacked = join(apt, `${name}-${version}`);
  await cp(unpacked, to, { recursive: true, verbatimSymlinks: true }).catch(() => {
    throw new CannotRun(`apt-get source ${name} brought another version than ${version}, which the facts are about.`);
  });
}

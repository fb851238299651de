import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot } from '../lib/repository.js';

/**
 * What a studio answers to `GET path`: a built one, started for this on a free port with an empty data folder, and ended.
 *
 * The OpenAPI document exists only in a running studio, since routes are known when everything is wired. Taking it from
 * there also means that the reference cannot describe a studio that does not start.
 *
 * @throws Error with what the studio wrote when it does not start or does not answer with 200.
 */
export async function askStudio(path: string): Promise<unknown> {
  const folder = mkdtempSync(join(tmpdir(), 'maestro-docs-studio-'));
  const env = { PATH: process.env['PATH'], HOME: folder, MAESTRO_DATA_DIR: folder, MAESTRO_PORT: '0', MAESTRO_LOG_LEVEL: 'error' };
  const studio = spawn(process.execPath, ['studio/dist/main.js', '--ready-json'], { cwd: repositoryRoot(), env, stdio: ['ignore', 'pipe', 'pipe'] });
  let complaints = '';
  studio.stderr.setEncoding('utf8').on('data', (text: string) => (complaints += text));
  const exited = once(studio, 'exit');
  try {
    const line = await Promise.race([once(createInterface(studio.stdout), 'line'), exited.then(() => undefined)]);
    if (line === undefined) throw new Error(`the studio did not start:\n${complaints}`);
    const { url } = JSON.parse(String(line[0])) as { url: string };
    const response = await fetch(new URL(path, url));
    if (response.status !== 200) throw new Error(`the studio answered ${response.status} to ${path}:\n${await response.text()}`);
    return await response.json();
  } finally {
    studio.kill('SIGTERM');
    await exited;
    rmSync(folder, { recursive: true, force: true });
  }
}

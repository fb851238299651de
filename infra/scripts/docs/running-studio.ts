import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioProcess } from '../../rig/studio.js';
import { makeTempFolder } from '../../test-support/index.js';

/**
 * What a studio answers to `GET path`: a built one, started for this on a free port with an empty data folder, and ended.
 *
 * The OpenAPI document exists only in a running studio, since routes are known when everything is wired. Taking it from
 * there also means that the reference cannot describe a studio that does not start.
 *
 * @throws Error with what the studio wrote when it does not start or does not answer with 200.
 */
export async function askStudio(path: Asked): Promise<unknown> {
  asked ??= askAll(['/api/v1/openapi.json', '/metrics']);
  return (await asked)[path];
}

/** One studio is started for all of them. */
let asked: Promise<Readonly<Record<Asked, unknown>>> | undefined;

type Asked = '/api/v1/openapi.json' | '/metrics';

async function askAll(paths: readonly Asked[]): Promise<Readonly<Record<Asked, unknown>>> {
  const folder = await makeTempFolder('docs');
  const logFile = join(folder.path, 'studio.log');
  try {
    const studio = await StudioProcess.start({ dataDir: folder.path, port: 0, logFile, env: { MAESTRO_LOG_LEVEL: 'error' } });
    try {
      const answers: Partial<Record<Asked, unknown>> = {};
      for (const path of paths) {
        const response = await fetch(new URL(path, studio.url));
        const text = await response.text();
        if (response.status !== 200) throw new Error(`the studio answered ${response.status} to ${path}:\n${text}`);
        answers[path] = response.headers.get('content-type')?.includes('json') === true ? JSON.parse(text) : text;
      }
      return answers as Readonly<Record<Asked, unknown>>;
    } finally {
      await studio.stop();
    }
  } catch (error) {
    throw new Error(`${String(error)}\n${await readFile(logFile, 'utf8').catch(() => '')}`, { cause: error });
  } finally {
    await folder.remove();
  }
}

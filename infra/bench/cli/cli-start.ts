import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MAESTRO, plainEnvironment } from '../../rig/folders.js';
import { makeTempFolder } from '../../test-support/index.js';
import type { BenchContext, Found } from '../lib/bench.js';
import { atMost, interleave, rowOf } from '../lib/compare.js';

const run = promisify(execFile);

/** How long the command takes to say something, against a Node that says nothing. */
export async function cliStart({ quick }: BenchContext): Promise<Found> {
  const folder = await makeTempFolder('bench-cli');
  try {
    const home = join(folder.path, 'home');
    await mkdir(home, { recursive: true, mode: 0o700 });
    const env = plainEnvironment({ MAESTRO_HOME: home, HOME: home });
    const time = (args: readonly string[]) => async (): Promise<number> => {
      const from = performance.now();
      // A command that fails in order, as `status` does on a machine that knows no studio, has started all the same.
      await run(process.execPath, [...args], { env, cwd: folder.path }).catch((error: unknown) => {
        if (typeof (error as { code?: unknown }).code !== 'number') throw error;
      });
      return performance.now() - from;
    };
    const pairs = quick ? 3 : 30;
    const node = time(['-e', '0']);
    return {
      rows: [
        rowOf({ metric: '`maestro --version`', unit: 'ms', against: '`node -e 0`', goal: atMost(1.1) }, await interleave(time([MAESTRO, '--version']), node, pairs)),
        rowOf({ metric: '`maestro status`', unit: 'ms', against: '`node -e 0`', goal: atMost(1.5) }, await interleave(time([MAESTRO, 'status']), node, pairs)),
      ],
    };
  } finally {
    await folder.remove();
  }
}

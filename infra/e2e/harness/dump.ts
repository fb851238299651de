import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Scene } from './scene.js';
import { standing } from './scene-plan.js';
import { tail } from './site.js';

/** Where everything stood when a scenario failed: plan tree, runs, and the ends of the logs. Never throws. */
export async function dump(scene: Scene): Promise<string> {
  const parts: string[] = [];
  const add = async (title: string, text: () => Promise<string>): Promise<void> => void parts.push(`── ${title}\n${await text().catch((error: unknown) => `(not to be had: ${String(error)})`)}`);
  for (const plan of scene.plans) {
    await add('plan', async () => {
      const tree = await plan.tree();
      const tasks = tree.tasks.map((task) => `  ${task.key} ${task.title}: ${standing(task)} revisions ${task.revisions} repairs ${task.repairs} runs ${task.runs}${task.pushing ? ' pushing' : ''} ${task.blocked?.sentence ?? ''}`);
      return [`${tree.status} ${tree.epicBranch ?? ''} ${tree.notices.map(({ code, sentence }) => `[${code}: ${sentence}]`).join(' ')}`, ...tasks].join('\n');
    });
  }
  if (scene.hasProject) {
    await add('runs', async () => (await scene.runs()).map((run) => `  ${run.id.slice(-6)} ${run.taskKey ?? '-'} ${run.purpose} ${run.status} a${run.attempt} r${run.revision} p${run.repair} e${run.epoch} on ${run.sessionName ?? '-'} ${run.waitReasons.join()} ${run.failureClass ?? ''} ${run.sentence ?? ''}`).reverse().join('\n'));
    await add('changes', async () => (await scene.events()).slice(-60).map(({ at, kind, payload }) => `  ${at.slice(11, 23)} ${kind} ${JSON.stringify(payload).slice(0, 220)}`).join('\n'));
    await add('branches', async () => (await scene.origin.git('log', '--graph', '--oneline', '--all', '-25')));
  }
  for (const file of scene.site.studioLogs) await add(basename(file), () => tail(file, 15));
  for (const { name, logFile, home } of scene.site.allMachines) {
    await add(`machine ${name}`, () => tail(logFile, 15));
    await add(`daemon of ${name}`, async () => {
      const logs = (await readdir(join(home, 'logs'))).sort();
      return tail(join(home, 'logs', logs.at(-1) ?? ''), 30);
    });
  }
  return parts.join('\n');
}

import type { GitRun } from '../platform/git.js';
import { EPIC, AGENT, openMachine } from './git-fixture.js';
import { hastyClock } from './hasty-clock.js';

/**
 * A daemon that makes lanes ready and is killed while it runs a git command, which goes on without it:
 * `node lane-victim <home> <remote> <task> <when>`. `<when>` is `tend:3` for the third git command of tending spare lanes, `prepare:1`
 * for the first of preparing the task's lane, `remove:2` for the second of removing it. It ends with 0 only when it was not killed.
 */
const [home = '', remote = '', taskId = '', when = ''] = process.argv.slice(2);
const [doomed = '', nth = ''] = when.split(':');

// The daemon's timers keep no process alive, for it has its sockets.
const alive = setInterval(() => undefined, 1_000);
const { vault, lanes } = await openMachine(home, remote, { spares: 1, clock: hastyClock });
const git = vault.git;
const run = git.run.bind(git);
let doing = '';
let commands = 0;
git.run = (command: GitRun) => {
  const running = run(command);
  if (doing === doomed && (commands += 1) === Number(nth)) process.kill(process.pid, 'SIGKILL');
  return running;
};

async function during<T>(name: string, action: () => Promise<T>): Promise<T> {
  doing = name;
  const result = await action();
  doing = '';
  return result;
}

const tip = (await vault.knownTip(EPIC)) ?? '';
if (doomed === 'remove') {
  const lane = await lanes.find(taskId);
  if (lane === null) throw new Error('there is no lane to remove');
  const removed = await during('remove', () => lanes.remove(lane, 'released'));
  if (!removed.ok) throw new Error(removed.refusal.sentence);
} else {
  if (doomed === 'tend') await during('tend', () => lanes.tend());
  await during('prepare', () => lanes.prepare({ taskId, branch: `maestro/shop-${taskId.slice(-4)}`, upstream: EPIC, identity: AGENT, start: { kind: 'epic', tip } }));
}
await lanes.close();
clearInterval(alive);

import { parseFailpoint } from '../config/failpoint.js';
import { failpointsOf } from '../platform/failpoints.js';
import type { GitRun } from '../platform/git.js';
import { openMachine } from './git-fixture.js';

/**
 * A daemon that prunes a vault: `node prune-victim <home> <remote> <when>`. `<when>` is a failpoint at which it dies; `git:repack` for its
 * death while that command runs, which goes on without it; or `until-killed`: it prunes again and again, and says how each one went.
 */
const [home = '', remote = '', when = ''] = process.argv.slice(2);
const { vault, lanes, landing } = await openMachine(home, remote);
const prune = () => vault.prune({ now: Date.now(), force: true, graceMs: 0, neededBy: () => lanes.borrowers(), roots: () => landing.pendingCommits() }, failpointsOf(parseFailpoint(when)));

const git = vault.ownGit;
const run = git.run.bind(git);
git.run = (command: GitRun) => {
  const running = run(command);
  if (when === 'git:repack' && command.args.includes('repack')) process.kill(process.pid, 'SIGKILL');
  return running;
};

do process.stdout.write(`${JSON.stringify(await prune())}\n`);
while (when === 'until-killed');

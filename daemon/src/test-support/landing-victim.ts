import { writeFile } from 'node:fs/promises';
import { EPIC, openMachine } from './git-fixture.js';

/**
 * A daemon that lands one head and is killed at a named point: `node landing-victim <home> <remote> <subject> <head> <point>`.
 * It ends with 0 only when it was not killed.
 */
const [home = '', remote = '', subjectId = '', head = '', point = ''] = process.argv.slice(2);

function reach(name: string): void {
  if (name === point) process.kill(process.pid, 'SIGKILL');
}

const { vault, landing } = await openMachine(home, remote);
const fetched = await vault.fetch([EPIC, `work/${subjectId}`]);
const tip = (fetched.ok ? fetched.value.get(EPIC) : null) ?? '';
const [base = ''] = await vault.mergeBases(tip, head);
const computed = await landing.compute({ tip, head, base, tree: await vault.treeOf(head) });
if (computed.kind !== 'clean') throw new Error(computed.kind);
reach('computed');
const newTip = await landing.commit({ tip, head, tree: computed.tree, message: `Merge ${subjectId}\n`, at: 1_700_000_000 });
reach('committed');
const intent = await landing.recordIntent({ subjectId, branch: EPIC, expectedTip: tip, newTip, head });
reach('recorded');
// The remote's hook kills the process named here, in the middle of the push.
if (point === 'pushing') await writeFile(`${remote}/victim`, String(process.pid));
const pushed = await landing.push(intent);
if (pushed.kind !== 'landed') throw new Error(JSON.stringify(pushed));
reach('pushed');
await landing.clearIntent(subjectId);

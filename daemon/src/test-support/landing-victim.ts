import { writeFile } from 'node:fs/promises';
import { parseFailpoint } from '../config/failpoint.js';
import { EPIC, openMachine } from './git-fixture.js';

/**
 * A daemon that lands one head and is killed at a failpoint, or `pushing`: `node landing-victim <home> <remote> <subject> <head> <point>`.
 * It ends with 0 only when it was not killed.
 */
const [home = '', remote = '', subjectId = '', head = '', point = ''] = process.argv.slice(2);

const failpoint = parseFailpoint(`${point}:1`);
const { vault, landing } = await openMachine(home, remote, failpoint === undefined ? {} : { failpoint });
const fetched = await vault.fetch([EPIC, `work/${subjectId}`]);
const tip = (fetched.ok ? fetched.value.get(EPIC) : null) ?? '';
const [base = ''] = await vault.mergeBases(tip, head);
const computed = await landing.compute({ tip, head, base, tree: await vault.treeOf(head) });
if (computed.kind !== 'clean') throw new Error(computed.kind);
const newTip = await landing.commit({ tip, head, tree: computed.tree, message: `Merge ${subjectId}\n`, at: 1_700_000_000 });
const intent = await landing.recordIntent({ subjectId, branch: EPIC, expectedTip: tip, newTip, head });
// The remote's hook kills the process named here, in the middle of the push.
if (point === 'pushing') await writeFile(`${remote}/victim`, String(process.pid));
const pushed = await landing.push(intent);
if (pushed.kind !== 'landed') throw new Error(JSON.stringify(pushed));
await landing.clearIntent(subjectId);

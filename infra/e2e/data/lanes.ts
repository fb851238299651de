import type { Requirement } from './requirement.js';
import { need } from './requirement.js';

/** What an agent can do to its own lane, and what comes of it. */
export const LANES: readonly Requirement[] = [
  need('R-lane-programs', 'Programs that an agent plants for git to run (hooks, filters, drivers, monitors, settings by an include, a pretended remote) are run by no git of Maestro, and its work lands.'),
  need('R-lane-redirected', 'A lane that leads to another repository, by its .git or by the objects it borrows, hands in nothing of that; put back as it was, its work lands.'),
  need('R-lane-outside', 'Links out of a lane are taken as links: nothing that they lead to is read, written or removed.'),
  need('R-lane-names', 'Names that are one on some machines, or that a terminal would obey, go back to the agent; merely unusual ones land as they are.'),
  need('R-lane-nested', 'A repository inside of the lane, an empty one and a submodule go back to the agent, as their content would be lost or fetched from anywhere.'),
  need('R-lane-hidden', 'What an agent hides from its own git, in its index, its excludes or its history, is part of the change all the same.'),
  need('R-lane-unreadable', 'A lane that cannot be read whole is not taken in part; once it can, its work lands.'),
  need('R-lane-after', 'The lane of a task that comes after hostile ones holds nothing of them.'),
];

/** One way in which a lane is hostile or odd, and the test that shows what comes of it. */
export interface LaneThreat {
  readonly lane: string;
  readonly comesOf: string;
  /** A file of the repository, and words of the test's title or of its table there. */
  readonly shown: readonly [file: string, words: string];
}

const GATES = 'daemon/src/features/quarantine/import-gates.itest.ts';
const REDIRECTED = 'daemon/src/features/quarantine/redirected-lane.itest.ts';
const CORRUPTED = 'daemon/src/features/quarantine/corrupted-lane.itest.ts';
const PLANTED = 'daemon/src/features/lanes/planted-programs.itest.ts';
const SNAPSHOT = 'daemon/src/features/lanes/snapshot.itest.ts';
const SPARES = 'daemon/src/features/lanes/spares.itest.ts';
const KILLED = 'daemon/src/features/lanes/killed.itest.ts';
const VAULT = 'daemon/src/features/vault/vault.itest.ts';
const UPKEEP = 'daemon/src/features/vault/upkeep.itest.ts';
const LANDING = 'daemon/src/features/landing/landing.itest.ts';

/** Where each is shown. Those without a scenario of their own need hands on the lane's objects, which no agent's script has. */
export const LANE_THREATS: readonly LaneThreat[] = [
  { lane: 'settings that name programs, hooks, attributes', comesOf: 'nothing runs', shown: [PLANTED, 'run for the agent, and never for the daemon'] },
  { lane: 'the same on the epic, merged, repaired and snapshotted', comesOf: 'nothing runs', shown: [PLANTED, 'do not run when the epic that has the attributes is merged'] },
  { lane: 'what the machine or the environment names', comesOf: 'nothing runs', shown: [VAULT, 'without running what the repository or the environment names'] },
  { lane: 'a .git file', comesOf: 'refused', shown: [REDIRECTED, 'by a .git file'] },
  { lane: 'a link in place of .git', comesOf: 'refused', shown: [REDIRECTED, 'by a link in place of .git'] },
  { lane: 'a common folder elsewhere', comesOf: 'refused', shown: [REDIRECTED, '.git/commondir'] },
  { lane: 'objects borrowed elsewhere', comesOf: 'refused', shown: [REDIRECTED, 'by one more line of alternates'] },
  { lane: 'objects, or a folder of them, that are links', comesOf: 'refused', shown: [REDIRECTED, 'by a linked folder of objects'] },
  { lane: 'a pipe in place of a file', comesOf: 'given up in time', shown: [REDIRECTED, 'is not waited for when a pipe stands in place of a file'] },
  { lane: 'settings that include a pipe', comesOf: 'given up, with every process', shown: [REDIRECTED, 'is given up, with all its processes, when its configuration includes a pipe'] },
  { lane: 'the whole folder became a link', comesOf: 'not written or deleted through', shown: [REDIRECTED, 'is not written or deleted through when the folder became a link'] },
  { lane: 'refused objects', comesOf: 'nothing stays in the vault', shown: [REDIRECTED, 'leaves nothing in the vault when it is refused'] },
  { lane: 'replace refs', comesOf: 'no effect, also in the vault', shown: [VAULT, 'does not believe a replace ref'] },
  { lane: 'a shallow file that names the head', comesOf: 'refused', shown: [GATES, 'a shallow file that names the head'] },
  { lane: 'a branch that is a file, a tree or a tag', comesOf: 'refused', shown: [GATES, 'a branch that is an annotated tag'] },
  { lane: 'a history of its own', comesOf: 'refused', shown: [GATES, 'a history of its own'] },
  { lane: 'a repository of another object format', comesOf: 'refused', shown: [GATES, 'a repository of another object format'] },
  { lane: 'a hidden branch', comesOf: 'refused', shown: [GATES, 'a hidden branch'] },
  { lane: 'bytes of .git files changed at random', comesOf: 'the exact head or a refusal', shown: [CORRUPTED, 'gives its exact head or is refused'] },
  { lane: 'trees with .git in any disguise, .., slashes, duplicates', comesOf: 'refused', shown: [GATES, '.git with a zero-width character'] },
  { lane: 'attributes by a link', comesOf: 'refused', shown: [GATES, 'attributes by a link'] },
  { lane: 'a mode nobody has', comesOf: 'refused', shown: [GATES, 'a file with a mode nobody has'] },
  { lane: 'control characters, line ends and directions in names', comesOf: 'refused', shown: [GATES, 'a name that writes from right to left'] },
  { lane: 'a name of 4 KB', comesOf: 'refused', shown: [GATES, 'a name of 4 KB'] },
  { lane: 'names that differ by case alone', comesOf: 'refused', shown: [GATES, 'a name that differs by case alone'] },
  { lane: 'names that differ by their Unicode form alone', comesOf: 'refused', shown: [GATES, 'a name that differs by its Unicode form alone'] },
  { lane: 'an escape sequence in a message', comesOf: 'refused', shown: [GATES, 'an escape sequence in a message'] },
  { lane: 'a crosswise history', comesOf: 'refused', shown: [GATES, 'judge by the one merge base'] },
  { lane: 'files and trees that are too much', comesOf: 'refused in time', shown: [GATES, 'bound sizes, counts and the time a tree bomb takes'] },
  { lane: 'a submodule', comesOf: 'refused', shown: [GATES, 'a submodule'] },
  { lane: 'a repository inside, with or without commits', comesOf: 'refused', shown: [GATES, 'an empty repository inside of the lane'] },
  { lane: 'content where Git LFS wants a pointer', comesOf: 'refused', shown: [GATES, 'content where Git LFS wants a pointer'] },
  { lane: 'a folder whose path is too long', comesOf: 'refused', shown: [GATES, 'a folder whose path is too long to open'] },
  { lane: 'a forged index, assume-unchanged, excludes', comesOf: 'seen through', shown: [PLANTED, 'believe a forged index, or to hide a change'] },
  { lane: 'a nested repository, odd modes, links', comesOf: 'kept byte for byte', shown: [SNAPSHOT, 'is the folder byte for byte'] },
  { lane: 'a pipe in place of attributes', comesOf: 'the whole folder is kept', shown: [SNAPSHOT, 'does not wait for a pipe in place of an attributes file'] },
  { lane: 'anything in a spare lane', comesOf: 'not given to a task', shown: [SPARES, 'are not given to a task when they hold anything else'] },
  { lane: 'anything in a used lane', comesOf: 'recycled without it', shown: [SPARES, 'are recycled from a lane that is over'] },
  { lane: 'half made when the daemon was killed', comesOf: 'gone or finished', shown: [KILLED, 'leaves nothing half done, and nothing dirty for the next task'] },
  { lane: 'pushes to the vault, drops its objects', comesOf: 'refused', shown: [VAULT, 'refuses everybody but the daemon'] },
  { lane: 'borrows what the remote took back', comesOf: 'kept by the upkeep', shown: [UPKEEP, 'keeps what lanes borrow'] },
  { lane: 'the remote is a partial clone', comesOf: 'works while it is whole, else refused', shown: [VAULT, 'a partial clone'] },
  { lane: 'the remote is a person’s working copy without a remote', comesOf: 'works, and the copy is left alone', shown: [VAULT, 'working copy that has no remote'] },
  { lane: 'a merge that drops the work of others', comesOf: 'goes back', shown: [LANDING, 'dropped a sibling'] },
];

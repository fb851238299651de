import { possibleNames, readPlace } from '@maestro/protocol';
import type { DaemonView } from '../features/control/index.js';
import { findClone } from '../features/projects/index.js';
import type { KnownProject } from '../features/projects/index.js';
import { defineCommand } from './command.js';
import type { Report, World } from './command.js';
import { pairs } from './format/table.js';
import { count, spoken } from './format/words.js';
import { inOrder, plansOf } from './shared/find-plan.js';
import { isOffered, myTasks, treeOf } from './shared/find-task.js';
import { Machine } from './shared/machine.js';
import type { Studio } from './shared/machine.js';

/** Longer than this, and where you are is told without what needs you: it must answer at once also when the studio does not. */
const PATIENCE_MS = 2_000;
const SHOWN = 5;

/** Something that waits for a person, and the command that deals with it. */
interface Need {
  readonly task: string | null;
  readonly sentence: string;
  readonly command: string;
}

/** `maestro` alone. */
export const whereAmI = defineCommand({
  examples: ['maestro'],
  reports: true,
  async run(world): Promise<Report> {
    const machine = new Machine(world);
    const identity = await machine.findIdentity();
    if (identity === undefined) {
      return { json: { studio: null, next: 'maestro auth <invite>' }, text: 'This machine is not signed in at any studio.\n\nNext: maestro auth <invite>, with an invite that the studio shows under Members' };
    }
    const clone = await findClone(world.settings, world.cwd);
    const project = await knownProject(machine, identity.studio, [clone?.origin, clone?.path]);
    const view = await statusOf(machine);
    const needs = await patiently(world, needsOf(machine.studioAs(identity), project));
    const next = nextCommand({ inClone: clone !== undefined, project, view, needs: needs === 'unknown' ? [] : needs });
    const { style } = world.terminal;
    const facts = pairs(
      [
        ['Studio', `${identity.studio} as ${identity.userName} in ${identity.workspaceName}`],
        ['Project', project === undefined ? (clone === undefined ? 'none: this folder is in no git repository' : 'none that this machine knows for this repository') : `${project.key} (${project.name})`],
        ['Daemon', daemonText(view)],
      ],
      style.dim,
    );
    const needed = needs === 'unknown' ? [style.dim('The studio does not answer, so what needs you is not known.')] : needs.length === 0 ? [] : [style.warn(`${count(needs.length, 'thing')} ${needs.length === 1 ? 'needs' : 'need'} you`), ...needs.slice(0, SHOWN).map((need) => `  ${need.sentence}`), ...(needs.length > SHOWN ? [`  and ${needs.length - SHOWN} more: maestro task list`] : [])];
    return {
      json: { studio: identity.studio, user: identity.userName, workspace: identity.workspaceSlug, project: project?.key ?? null, daemon: view ?? null, needs: needs === 'unknown' ? null : needs, next },
      text: [facts, ...(needed.length === 0 ? [] : ['', ...needed]), '', `Next: ${next}`].join('\n'),
    };
  },
});

async function knownProject(machine: Machine, studio: string, addresses: readonly (string | undefined)[]): Promise<KnownProject | undefined> {
  const names = addresses.flatMap((address) => {
    const place = address === undefined ? undefined : readPlace(address);
    return place?.ok === true ? possibleNames(place.value) : [];
  });
  return (await machine.projects.findByRemote(names)).find((project) => project.studio === studio);
}

async function statusOf(machine: Machine): Promise<DaemonView | undefined> {
  const daemon = await machine.findDaemon();
  const view = await daemon?.call('status', {});
  daemon?.close();
  return view;
}

/** Offers to the caller, and what is stuck in the project's plans. */
async function needsOf(studio: Studio, project: KnownProject | undefined): Promise<readonly Need[]> {
  const offers = (await myTasks(studio)).filter(isOffered).map((task): Need => ({ task: task.key, sentence: `${task.key} is offered to you: ${task.title}`, command: `maestro task accept ${task.key}` }));
  if (project === undefined) return offers;
  const open = inOrder(await plansOf(studio, project.id)).filter((plan) => plan.status === 'active' || plan.status === 'paused' || plan.status === 'releasing');
  const stuck: Need[] = [];
  for (const plan of open) {
    for (const notice of plan.notices) stuck.push({ task: null, sentence: `"${plan.title}": ${notice.sentence}`, command: `maestro plan show "${plan.title}"` });
    const { tasks } = await treeOf(studio, plan);
    for (const task of tasks) if (task.blocked !== null) stuck.push({ task: task.key, sentence: `${task.key} is blocked (${spoken(task.blocked.code)}): ${task.blocked.sentence}`, command: `maestro task show ${task.key}` });
  }
  return [...offers, ...stuck];
}

async function patiently(world: World, asking: Promise<readonly Need[]>): Promise<readonly Need[] | 'unknown'> {
  const late = new Promise<'unknown'>((resolve) => void world.clock.after(PATIENCE_MS, () => resolve('unknown')));
  return Promise.race([asking.catch(() => 'unknown' as const), late]);
}

/** The one command that is most likely wanted. */
export function nextCommand(where: { readonly inClone: boolean; readonly project: KnownProject | undefined; readonly view: DaemonView | undefined; readonly needs: readonly Need[] }): string {
  const connected = where.view?.sessions.find((session) => session.project.id === where.project?.id);
  if (connected?.link.state === 'signed_out') return 'maestro auth <invite>, because the sign-in has ended';
  const [need] = where.needs;
  if (need !== undefined) return need.command;
  if (connected !== undefined) return 'maestro plan show, or maestro status';
  if (where.project !== undefined) return 'maestro connect';
  return where.inClone ? 'maestro connect, which also makes the project' : 'cd into a clone of your repository, then maestro connect';
}

function daemonText(view: DaemonView | undefined): string {
  if (view === undefined) return 'not running';
  const busy = view.sessions.flatMap((session) => session.runs).filter((run) => run.state === 'claimed' || run.state === 'running').length;
  const sessions = view.sessions.map((session) => `${session.project.key} ${session.link.state === 'online' ? 'connected' : spoken(session.link.state)}`);
  return `${sessions.length === 0 ? 'connected to nothing' : sessions.join(', ')}; ${count(busy, 'run')} at work`;
}

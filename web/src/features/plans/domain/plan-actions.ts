import { mayDo } from '@maestro/protocol';
import type { NoticeView, PlanEdit, PlanStatus, PlanTree, Role } from '@maestro/protocol';

/** What a person can do to a plan as a whole. */
export const PLAN_ACTIONS = ['activate', 'resume', 'release', 'cancel_release', 'pause', 'retry_bootstrap', 'validate_again', 'create_repair_task', 'archive', 'cancel'] as const;
export type PlanAction = (typeof PLAN_ACTIONS)[number];

type Seen = Pick<PlanTree, 'status' | 'tasks' | 'notices' | 'phases'>;

/** The actions of a plan as it stands, those that go on with it first. The studio decides; this is what it would take. */
export function planActionsOf(plan: Seen, roles: readonly Role[]): readonly PlanAction[] {
  const offered = new Set<PlanAction>(mayDo(roles, 'plan.run') ? BY_STATUS[plan.status] : []);
  if (!isReadyForRelease(plan)) offered.delete('release');
  if (plan.tasks.length === 0) offered.delete('activate');
  for (const action of PLAN_ACTIONS) if (fromNotices(plan, action) && mayDo(roles, action === 'create_repair_task' ? 'plan.write' : 'plan.run')) offered.add(action);
  return PLAN_ACTIONS.filter((action) => offered.has(action));
}

const BY_STATUS: Readonly<Record<PlanStatus, readonly PlanAction[]>> = {
  draft: ['activate', 'cancel'],
  active: ['release', 'pause', 'cancel'],
  paused: ['resume', 'cancel'],
  releasing: ['cancel_release'],
  completed: ['archive'],
  cancelled: ['archive'],
  archived: [],
};

/** What a notice offers besides what the plan always does. */
function fromNotices({ status, notices, phases }: Seen, action: PlanAction): boolean {
  if (action !== 'retry_bootstrap' && action !== 'validate_again' && action !== 'create_repair_task') return false;
  if (status !== 'active' && status !== 'paused') return false;
  return notices.some((notice) => notice.actions.includes(action) && (action !== 'create_repair_task' || (repairTaskOf(notice) !== undefined && phases.length > 0)));
}

/** Every task has ended, and there is something to release. */
function isReadyForRelease({ tasks }: Pick<PlanTree, 'tasks'>): boolean {
  return tasks.some(({ status }) => status === 'done') && tasks.every(({ status }) => status === 'done' || status === 'cancelled');
}

/** A request that carries out an action. */
export interface PlanRequest {
  readonly method: 'post' | 'patch';
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** @param stop with a pause: agents stop too. */
export function planRequestOf(action: PlanAction, plan: Pick<PlanTree, 'id' | 'version' | 'notices' | 'phases'>, { stop = false }: { readonly stop?: boolean } = {}): PlanRequest {
  const path = `/plans/${plan.id}`;
  if (action !== 'create_repair_task') return { method: 'post', path: `${path}/${action.replaceAll('_', '-')}`, body: action === 'pause' ? { stop } : {} };
  return { method: 'patch', path, body: { version: plan.version, edits: [repairEdit(plan)] } };
}

/** The repair that a notice describes becomes the last task of the last phase. */
function repairEdit({ notices, phases }: Pick<PlanTree, 'notices' | 'phases'>): PlanEdit {
  const task = notices.flatMap((notice) => repairTaskOf(notice) ?? [])[0];
  const phase = phases.toSorted((a, b) => a.position - b.position).at(-1);
  if (task === undefined || phase === undefined) throw new Error('web.no_repair: only offered where a notice describes one');
  return { op: 'add_task', phase: phase.id, task: { ...task, acceptanceCriteria: [], skills: [], dependsOn: [], priority: 0, estimateMinutes: null } };
}

function repairTaskOf({ details }: NoticeView): { readonly title: string; readonly description: string } | undefined {
  const described = details?.['repairTask'];
  if (typeof described !== 'object' || described === null || !('title' in described) || !('description' in described)) return undefined;
  const { title, description } = described;
  return typeof title === 'string' && typeof description === 'string' ? { title, description } : undefined;
}

export interface PlanActionWords {
  readonly name: string;
  /** Agents stop or branches go. */
  readonly isHard?: boolean;
  /** It is asked about before; the others can be taken back with another button. */
  readonly asks?: boolean;
}

export const PLAN_ACTION_WORDS: Readonly<Record<PlanAction, PlanActionWords>> = {
  activate: { name: 'Activate' },
  resume: { name: 'Resume' },
  release: { name: 'Release', asks: true },
  cancel_release: { name: 'Cancel the release' },
  pause: { name: 'Pause', asks: true },
  retry_bootstrap: { name: 'Make the epic branch again' },
  validate_again: { name: 'Validate again' },
  create_repair_task: { name: 'Create a repair task' },
  archive: { name: 'Archive' },
  cancel: { name: 'Cancel the plan', asks: true, isHard: true },
};

export interface PlanQuestion {
  readonly title: string;
  readonly lead: string;
  readonly does: string;
  readonly keeps: string;
}

/** What is said before one of the actions that ask. */
export function planQuestionOf(action: PlanAction, plan: Pick<PlanTree, 'title' | 'status' | 'tasks' | 'epicBranch' | 'baseBranch'>): PlanQuestion {
  const count = (...statuses: readonly string[]): number => plan.tasks.filter(({ status }) => statuses.includes(status)).length;
  const atWork = count('in_progress', 'in_review', 'landing');
  switch (action) {
    case 'pause':
      return { title: 'Pause the plan', lead: 'Nothing new starts. Work goes on from the lanes when the plan is resumed, never from scratch.', does: 'Pause', keeps: 'Let it run' };
    case 'release':
      return { title: 'Release the plan', lead: `The epic branch with ${tasks(count('done'))} is merged into \`${plan.baseBranch}\`, if the validation commands pass on the result. The branch is archived afterwards.`, does: `Release into ${plan.baseBranch}`, keeps: 'Not now' };
    case 'cancel':
      return { title: 'Cancel the plan?', lead: [ends(count('draft', 'queued', 'blocked') + atWork), stops(atWork), kept(plan.epicBranch, plan.baseBranch)].filter((said) => said !== '').join(' '), does: 'Cancel the plan', keeps: 'Keep it' };
    default:
      return { title: PLAN_ACTION_WORDS[action].name, lead: '', does: PLAN_ACTION_WORDS[action].name, keeps: 'Not now' };
  }
}

const tasks = (count: number): string => `${count} ${count === 1 ? 'task' : 'tasks'}`;

function ends(open: number): string {
  return open === 0 ? '' : `${tasks(open)} ${open === 1 ? 'is' : 'are'} cancelled.`;
}

function stops(atWork: number): string {
  if (atWork === 0) return '';
  return `The ${atWork === 1 ? 'agent at work is' : `agents of the ${atWork} tasks at work are`} stopped, and what they wrote, committed or not, is kept on their machines as snapshots under \`refs/maestro/snapshots\`.`;
}

function kept(epic: string | null, base: string): string {
  return epic === null ? 'No branch was made yet.' : `The branch \`${epic}\` stays as it is, and nothing of it reaches \`${base}\`.`;
}

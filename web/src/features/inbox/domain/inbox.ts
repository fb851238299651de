import type { InviteView, MemberId, PlanTree, ProjectView, TeamView } from '@maestro/protocol';

/** Why something needs a person, in the order in which it is shown. */
export const NEEDS = ['blocked', 'notice', 'talked_out', 'silent', 'offered', 'release', 'invite'] as const;
export type Need = (typeof NEEDS)[number];

export interface InboxItem {
  readonly id: string;
  readonly need: Need;
  /** Of a task; else null. */
  readonly taskKey: string | null;
  readonly title: string;
  /** What happened, why, and what to do. */
  readonly sentence: string;
  /** Where it belongs: project, and plan if it has one. */
  readonly where: string;
  /** Where something can be done about it. */
  readonly href: string;
  /** Since when, as ISO 8601. */
  readonly at: string;
}

/** A project with what may need somebody in it: trees of the plans under way, and its teams. */
export interface Looked {
  readonly project: Pick<ProjectView, 'name'>;
  readonly plans: readonly PlanTree[];
  readonly teams: readonly TeamView[];
}

/**
 * Everything that waits for a person: by what it is, and within that the one that has waited longest.
 *
 * @param members who is reading, as a member of each of their workspaces.
 * @param invites only those that the reader may make or take back.
 */
export function inboxOf(looked: readonly Looked[], members: ReadonlySet<MemberId>, invites: readonly InviteView[]): readonly InboxItem[] {
  const items = [...looked.flatMap((each) => [...each.plans.flatMap((plan) => ofPlan(each, plan, members)), ...each.teams.flatMap((team) => ofTeam(each, team))]), ...invites.flatMap(ofInvite)];
  return items.toSorted((a, b) => NEEDS.indexOf(a.need) - NEEDS.indexOf(b.need) || (a.at < b.at ? -1 : a.at > b.at ? 1 : a.id < b.id ? -1 : 1));
}

/** How many of them somebody has to decide about. An invite waits for whom it was made for: it is worth knowing, and nothing stands still. */
export function urgent(items: readonly Pick<InboxItem, 'need'>[]): number {
  return items.filter(({ need }) => need !== 'invite').length;
}

function ofPlan({ project }: Looked, plan: PlanTree, members: ReadonlySet<MemberId>): readonly InboxItem[] {
  const where = `${project.name} · ${plan.title}`;
  const at = (key: string): string => `/plans/${plan.id}?task=${encodeURIComponent(key)}`;
  const tasks = plan.tasks.flatMap((task): InboxItem[] => {
    const common = { taskKey: task.key, title: task.title, where, href: at(task.key) };
    if (task.blocked !== null) return [{ ...common, id: `blocked ${task.id}`, need: 'blocked', sentence: task.blocked.sentence, at: task.updatedAt }];
    const isMine = task.assignee !== null && members.has(task.assignee);
    if (!isMine || task.offeredAt === null || task.acceptedAt !== null || task.status === 'done' || task.status === 'cancelled') return [];
    return [{ ...common, id: `offered ${task.id}`, need: 'offered', sentence: 'It was given to you, and nobody starts it before you accept it. Accept or decline it.', at: task.offeredAt }];
  });
  const notices = plan.notices.map((notice): InboxItem => ({ id: `notice ${plan.id} ${notice.code}`, need: 'notice', taskKey: null, title: plan.title, sentence: notice.sentence, where: project.name, href: `/plans/${plan.id}`, at: notice.at }));
  return [...tasks, ...notices, ...(mayBeReleased(plan) ? [releaseOf(project.name, plan)] : [])];
}

function releaseOf(project: string, { id, title, baseBranch, tasks, updatedAt }: PlanTree): InboxItem {
  const landed = tasks.filter(({ status }) => status === 'done');
  const at = landed.reduce((last, task) => (task.updatedAt > last ? task.updatedAt : last), '');
  return { id: `release ${id}`, need: 'release', taskKey: null, title, sentence: `Every task has ended, and ${landed.length} landed. Release the plan to merge ${landed.length === 1 ? 'it' : 'them'} into ${baseBranch}.`, where: project, href: `/plans/${id}`, at: at === '' ? updatedAt : at };
}

/** A notice says by itself what stands in the way of a release. */
function mayBeReleased({ status, tasks, notices }: PlanTree): boolean {
  return status === 'active' && notices.length === 0 && tasks.some((task) => task.status === 'done') && tasks.every((task) => task.status === 'done' || task.status === 'cancelled');
}

function ofTeam({ project }: Looked, team: TeamView): readonly InboxItem[] {
  if (!team.open) return [];
  const common = { taskKey: null, where: `${project.name} · #${team.channel}`, href: `/fleet?team=${team.id}` };
  const silent = team.workers.filter(({ status }) => status === 'silent').map((worker): InboxItem => {
    const held = worker.run?.taskKey == null ? '' : ` It was at ${worker.run.taskKey}; if it does not come back, that goes to another one.`;
    return { ...common, id: `silent ${worker.id}`, need: 'silent', title: worker.name, sentence: `It has not been heard of for a while. Look at its machine.${held}`, at: worker.lastSeenAt ?? worker.createdAt };
  });
  if (team.turns < team.maxTurns) return silent;
  return [{ ...common, id: `talked_out ${team.id}`, need: 'talked_out', title: `#${team.channel}`, sentence: `Its agents have said all ${team.maxTurns} things that they may until a person speaks. Say something to let them go on talking.`, at: team.createdAt }, ...silent];
}

function ofInvite(invite: InviteView): readonly InboxItem[] {
  if (invite.state !== 'open') return [];
  return [
    {
      id: `invite ${invite.id}`,
      need: 'invite',
      taskKey: null,
      title: invite.note ?? (invite.asMyself ? 'A machine of the one who invited' : 'Somebody'),
      sentence: 'The invite was not used yet. Send it again, or take it back.',
      where: 'Members',
      href: '/members?show=invites',
      at: invite.createdAt,
    },
  ];
}

/**
 * Who may do what, in one table. A role is a set of actions; a member has one or more roles. Every HTTP route and every JSON-RPC method
 * names its action, and a test that walks both fails on one that does not.
 */
export const Role = { owner: 'owner', admin: 'admin', architect: 'architect', developer: 'developer', viewer: 'viewer' } as const;
export type Role = (typeof Role)[keyof typeof Role];
export const ROLES = Object.values(Role);

/** What can be done, as `noun.verb`. The text is shown when it is refused. */
export const ACTIONS = {
  'workspace.create': 'make a workspace',
  'workspace.read': 'see the workspace',
  'workspace.manage': 'change the workspace',
  'member.read': 'see the members',
  'member.manage': 'change or remove members',
  'member.invite': 'invite members and machines',
  'skill.manage': 'change the list of skills',
  'skill.set_own': 'set their own skills',
  'project.read': 'see the projects',
  'project.create': 'make a project',
  'project.manage': 'change a project and its policy',
  'plan.read': 'see plans and tasks',
  'plan.write': 'write plans',
  'plan.run': 'activate, pause, cancel and release plans',
  'task.comment': 'comment on tasks',
  'task.assign': 'assign tasks',
  'task.accept': 'accept and decline offered tasks',
  'task.operate': 'retry, approve, stop, start, answer and cancel tasks',
  'run.read': 'see runs and their transcripts',
  'run.control': 'cancel and steer runs',
  'session.connect': 'connect a machine',
  'session.read': 'see connected machines',
  'team.manage': 'make, steer and end teams of workers',
  'analysis.run': 'analyse the repository',
  'knowledge.read': 'read what was found in the repository',
  'event.read': 'follow events',
} as const;
export type Action = keyof typeof ACTIONS;

const read = ['workspace.read', 'member.read', 'project.read', 'plan.read', 'run.read', 'session.read', 'event.read', 'knowledge.read'] as const;
const work = [...read, 'skill.set_own', 'task.comment', 'task.accept', 'session.connect', 'run.control', 'team.manage'] as const;
const lead = [...work, 'plan.write', 'plan.run', 'task.assign', 'task.operate', 'project.create', 'analysis.run'] as const;
const manage = [...lead, 'project.manage', 'skill.manage', 'member.invite', 'member.manage', 'workspace.manage', 'workspace.create'] as const;

export const PERMISSIONS: Readonly<Record<Role, ReadonlySet<Action>>> = {
  viewer: new Set<Action>(read),
  developer: new Set<Action>(work),
  architect: new Set<Action>(lead),
  admin: new Set<Action>(manage),
  owner: new Set<Action>(manage),
};

/** Whether any of the member's roles allows the action. */
export function mayDo(roles: readonly Role[], action: Action): boolean {
  return roles.some((role) => PERMISSIONS[role].has(action));
}

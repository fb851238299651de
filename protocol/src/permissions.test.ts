import { describe, expect, it } from 'vitest';
import { registry } from './methods/index.js';
import { ACTIONS, PERMISSIONS, ROLES, Role, mayDo, type Action } from './permissions.js';

const actions = Object.keys(ACTIONS) as Action[];
const asked = new Set(registry.methods.map((method) => method.action));

/** Actions that no message of a daemon asks for, each with an endpoint that does. */
const BY_HTTP: Readonly<Partial<Record<Action, string>>> = {
  'workspace.create': 'POST /workspaces',
  'workspace.read': 'GET /workspaces/{id}',
  'workspace.manage': 'PATCH /workspaces/{id}',
  'member.read': 'GET /workspaces/{id}/members',
  'member.manage': 'PATCH /workspaces/{id}/members/{member}',
  'member.invite': 'POST /workspaces/{id}/invites',
  'team.manage': 'POST /agent-sessions/{id}/team',
  'skill.manage': 'POST /workspaces/{id}/skills',
  'skill.set_own': 'POST /me/skills',
  'project.read': 'GET /projects/{id}',
  'project.create': 'POST /workspaces/{id}/projects',
  'project.manage': 'PATCH /projects/{id}',
  'plan.read': 'GET /plans/{id}',
  'plan.write': 'POST /projects/{id}/plans',
  'plan.run': 'POST /plans/{id}/activate',
  'task.comment': 'POST /tasks/{id}/comments',
  'task.assign': 'POST /tasks/{id}/assign',
  'task.operate': 'POST /tasks/{id}/retry',
  'run.read': 'GET /cli-runs/{run}',
  'run.control': 'POST /cli-runs/{run}/cancel',
  'session.read': 'GET /projects/{id}/sessions',
  'analysis.run': 'POST /projects/{id}/analysis',
  'event.read': 'GET /events',
  'knowledge.read': 'GET /projects/{id}/knowledge',
};

describe('permissions', () => {
  it('name every action that a message asks for, and every action is asked for somewhere', () => {
    expect([...asked].filter((action) => !actions.includes(action as Action))).toEqual([]);
    expect(actions.filter((action) => !asked.has(action) && BY_HTTP[action] === undefined)).toEqual([]);
    expect(Object.keys(BY_HTTP).filter((action) => asked.has(action as Action)), 'listed for nothing: a message asks for it').toEqual([]);
  });

  it('read noun.verb, and say in words what is refused', () => {
    for (const action of actions) {
      expect(action).toMatch(/^[a-z]+\.[a-z_]+$/);
      expect(ACTIONS[action]).toMatch(/^[a-z].*[^.]$/);
    }
  });

  it('let a viewer see and change nothing', () => {
    expect([...PERMISSIONS.viewer].filter((action) => !action.endsWith('.read'))).toEqual([]);
    expect(actions.filter((action) => action.endsWith('.read') && !mayDo(['viewer'], action))).toEqual([]);
    const changing = registry.methods.filter((method) => method.mutating || method.direction === 'daemon-to-studio');
    expect(changing.filter((method) => mayDo(['viewer'], method.action as Action)).map((method) => method.name)).toEqual([]);
  });

  it('grow from role to role', () => {
    const ladder = [Role.viewer, Role.developer, Role.architect, Role.admin, Role.owner];
    expect([...ladder].sort()).toEqual([...ROLES].sort());
    ladder.slice(1).forEach((role, below) => {
      const lost = [...PERMISSIONS[ladder[below] as Role]].filter((action) => !PERMISSIONS[role].has(action));
      expect(lost, role).toEqual([]);
    });
  });

  it('leave nothing that nobody may do', () => {
    expect(actions.filter((action) => !mayDo(['owner'], action))).toEqual([]);
  });

  it('keep from those who work what is for those who lead, and from those who lead what is for those who manage', () => {
    for (const action of ['plan.write', 'plan.run', 'task.assign', 'task.operate', 'project.create'] as const) {
      expect(mayDo(['developer'], action), action).toBe(false);
      expect(mayDo(['architect'], action), action).toBe(true);
    }
    for (const action of ['member.invite', 'member.manage', 'workspace.manage', 'project.manage'] as const) {
      expect(mayDo(['architect'], action), action).toBe(false);
      expect(mayDo(['admin'], action), action).toBe(true);
    }
  });

  it('add up over several roles, and are empty without one', () => {
    expect(mayDo(['viewer', 'architect'], 'plan.write')).toBe(true);
    expect(actions.filter((action) => mayDo([], action))).toEqual([]);
  });
});

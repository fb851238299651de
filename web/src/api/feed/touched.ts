import type { EventView } from '@maestro/protocol';

type Key = readonly unknown[];

/** Which answers an event makes stale, as query keys. Keys are prefixes: `['projects']` is every list of projects. */
export function touchedBy(event: Pick<EventView, 'kind' | 'planId' | 'projectId' | 'taskId' | 'runId'>): readonly Key[] {
  const [noun] = event.kind.split('/');
  const plan: Key[] = event.planId === null ? [] : [['plan', event.planId]];
  const task: Key[] = event.taskId === null ? [] : [['task', event.taskId], ['why', event.taskId]];
  const of = (name: string): Key[] => (event.projectId === null ? [[name]] : [[name, event.projectId]]);
  const run: Key[] = event.runId === null ? [] : [['run', event.runId]];
  // A run's output comes line by line and changes nothing but its transcript.
  if (event.kind === 'run/output') return event.runId === null ? [] : [['run-lines', event.runId]];
  switch (noun) {
    case 'account':
    case 'workspace':
      return [['me']];
    case 'member':
      return [['me'], ['members']];
    case 'skill':
      return [['skills']];
    case 'invite':
      return [['invites']];
    case 'project':
      return [['projects'], ...of('project')];
    case 'plan':
      // A release moves the base branch on, and with it what an analysis of it has found.
      return [...plan, ...of('plans'), ...(event.kind === 'plan/status' ? of('knowledge') : [])];
    case 'task':
    case 'review':
    case 'merge':
      return [...plan, ...task];
    case 'run':
      return [...run, ...plan, ...task, ...of('sessions'), ...of('runs'), ...(event.planId === null ? of('analysis') : [])];
    case 'dispatch':
      return [['pauses'], ['why']];
    case 'session':
      return [...of('sessions'), ['why']];
    case 'team':
      return of('teams');
    case 'channel':
      return [...of('teams'), ['channel']];
    case 'analysis':
      return [...of('analysis'), ...of('knowledge')];
    case 'context-file':
      return of('context');
    default:
      return [];
  }
}

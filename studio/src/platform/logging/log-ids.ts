import { AsyncLocalStorage } from 'node:async_hooks';

/** What a line of the log is about, wherever in the call chain it is written. */
export interface LogIds {
  readonly trace?: string | undefined;
  readonly workspace?: string | undefined;
  readonly project?: string | undefined;
  readonly plan?: string | undefined;
  readonly task?: string | undefined;
  readonly run?: string | undefined;
  readonly session?: string | undefined;
}

const ids = new AsyncLocalStorage<LogIds>();

/** Every line that `work` logs, however deep, has these ids beside those that hold already. */
export function withLogIds<T>(more: LogIds, work: () => T): T {
  return ids.run({ ...ids.getStore(), ...more }, work);
}

export function currentLogIds(): LogIds {
  return ids.getStore() ?? {};
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const NOUNS: Readonly<Record<string, keyof LogIds>> = { workspaces: 'workspace', projects: 'project', plans: 'plan', tasks: 'task', runs: 'run', 'cli-runs': 'run', 'agent-sessions': 'session' };

/** What a request's path names: `/api/v1/tasks/<id>/why` is about that task. */
export function idsInPath(path: string): LogIds {
  const segments = path.split(/[/?#]/);
  const found: Partial<Record<keyof LogIds, string>> = {};
  for (const [index, segment] of segments.entries()) {
    const noun = NOUNS[segments[index - 1] ?? ''];
    if (noun !== undefined && UUID.test(segment)) found[noun] = segment;
  }
  return found;
}

/** What a call of a daemon names. Nothing of it has been checked yet. */
export function idsInParams(params: object): LogIds {
  const id = (name: 'run' | 'task'): string | undefined => {
    const value: unknown = (params as Readonly<Record<string, unknown>>)[name];
    return typeof value === 'string' && UUID.test(value) ? value : undefined;
  };
  return { run: id('run'), task: id('task') };
}

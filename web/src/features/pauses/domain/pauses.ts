import { mayDo } from '@maestro/protocol';
import type { PauseScope, PauseView, Role } from '@maestro/protocol';

/** Whether somebody with these roles can pause and resume this: a workspace is for those who manage it, the rest for those who run plans. */
export function mayPause(scope: PauseScope, roles: readonly Role[]): boolean {
  return mayDo(roles, scope === 'workspace' ? 'workspace.manage' : 'plan.run');
}

const PATHS: Readonly<Record<PauseScope, string>> = { workspace: 'workspaces', project: 'projects', session: 'agent-sessions' };

/** Where it is paused and resumed, below `/api/v1`. */
export function pausePath(scope: PauseScope, subject: string, act: 'pause' | 'resume'): string {
  return `/${PATHS[scope]}/${subject}/${act}`;
}

/** The pause of this very thing. */
export function pauseOf(pauses: readonly PauseView[], subject: string): PauseView | undefined {
  return pauses.find((pause) => pause.subject === subject);
}

/** Pauses under which no plan of the project begins anything, the widest first: a session's are left to whoever looks at machines. */
export function standingPauses(pauses: readonly PauseView[]): readonly PauseView[] {
  return pauses.filter(({ scope }) => scope !== 'session');
}

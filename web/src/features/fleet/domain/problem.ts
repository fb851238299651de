import type { SessionView } from '@maestro/protocol';

/** Why a session gets less work than it could, and what to do about it; undefined when nothing is wrong. */
export function problemOf({ reachable, mayPush }: Pick<SessionView, 'reachable' | 'mayPush'>): string | undefined {
  if (!reachable) return 'It cannot reach the repository. Run `maestro doctor` there.';
  return mayPush ? undefined : 'It may not push to the repository, so it gets no work that lands.';
}

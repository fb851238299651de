import type { SessionLine } from '../../features/control/index.js';

/**
 * What `connect --json` prints: one line for each change of the connection. `project` is the key; further fields may come with later
 * versions, and none of these changes its meaning.
 */
export type ConnectionEvent =
  | { readonly event: 'connecting'; readonly project: string; readonly studio: string; readonly name: string; readonly at: string }
  | { readonly event: 'connected'; readonly project: string; readonly studio: string; readonly name: string; readonly session: string | null; readonly at: string }
  | { readonly event: 'offline'; readonly project: string; readonly why: string; readonly retryAt: string | null; readonly at: string }
  | { readonly event: 'signed_out' | 'refused'; readonly project: string; readonly why: string; readonly at: string }
  | { readonly event: 'disconnected'; readonly project: string; readonly at: string };

/** The state of one connection as an event. */
export function connectionEvent({ link, project, studio, name }: SessionLine): ConnectionEvent {
  const about = { project: project.key, at: link.since };
  switch (link.state) {
    case 'connecting':
      return { event: 'connecting', studio, name, ...about };
    case 'online':
      return { event: 'connected', studio, name, session: link.session ?? null, ...about };
    case 'offline':
      return { event: 'offline', why: link.sentence ?? '', retryAt: link.retryAt ?? null, ...about };
    case 'signed_out':
    case 'refused':
      return { event: link.state, why: link.sentence ?? '', ...about };
    case 'stopped':
      return { event: 'disconnected', ...about };
  }
}

/** The event to report, or nothing when it is what was reported last. A try that fails again is no change. */
export function changed(last: ConnectionEvent | undefined, now: ConnectionEvent): boolean {
  if (last?.event !== now.event) return true;
  if (last.event === 'connected' && now.event === 'connected') return last.session !== now.session;
  return 'why' in last && 'why' in now && last.why !== now.why;
}

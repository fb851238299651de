/**
 * When a worker ends. It hears of its team's end in three ways, any of which is enough, because each of the others can fail: the studio's
 * message needs a connection, the channel is asked only now and then, and the watch over the lead sees nothing of a lead that was merely told
 * to let its team go.
 */

/** What a worker knows about its team at one moment. */
export interface TeamSigns {
  /** The studio said that the team is over. */
  readonly message: string | undefined;
  /** What the channel was when it was last asked; `refused`: the studio did not let the worker in. */
  readonly channel: 'unknown' | 'open' | 'closed' | 'refused';
  /** The process that started it. */
  readonly lead: 'alive' | 'gone';
}

export const ReapedBy = { lead: 'lead', message: 'message', channel: 'channel' } as const;
export type ReapedBy = (typeof ReapedBy)[keyof typeof ReapedBy];

export interface Reaping {
  readonly by: ReapedBy;
  /** How long runs may take to save their work. */
  readonly graceMs: number;
  /** From then on nothing is waited for: what is left is killed, and the process ends. */
  readonly deadlineMs: number;
  /** Whether the lead's own leftovers, and those of other workers, have nobody else who ends them. */
  readonly orphans: boolean;
}

/** A team that is told to end has time; nobody waits for it. */
const TOLD = { graceMs: 10_000, deadlineMs: 15_000 } as const;
/** Nothing may be left five seconds after a lead was killed: one to notice, one to save, one to let agents leave, the rest to kill on a busy machine. */
const ORPHANED = { graceMs: 1_000, deadlineMs: 2_000 } as const;

/** Whether a worker ends now. The lead's death comes first: it leaves the least time. */
export function reaping({ message, channel, lead }: TeamSigns): Reaping | undefined {
  if (lead === 'gone') return { by: ReapedBy.lead, ...ORPHANED, orphans: true };
  if (message !== undefined) return { by: ReapedBy.message, ...TOLD, orphans: false };
  if (channel === 'closed' || channel === 'refused') return { by: ReapedBy.channel, ...TOLD, orphans: false };
  return undefined;
}

/** How a process ended, as the studio is told. */
export function endOf({ code, signal }: { readonly code: number | null; readonly signal: string | null }): { readonly end: 'exited' | 'killed'; readonly why: string } {
  if (signal !== null) return { end: 'killed', why: `${signal} ended it.` };
  return { end: 'exited', why: code === 0 ? 'its work was done.' : `it ended with code ${code ?? 'unknown'}; its log says why.` };
}

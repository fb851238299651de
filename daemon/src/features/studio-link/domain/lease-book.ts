/** A lease as this daemon knows it. Times are of the steady clock, in milliseconds. */
interface Lease {
  readonly epoch: number;
  /** When the request was sent that last renewed it. Not when the answer came: the studio counted from before that. */
  readonly renewedAt: number;
}

/** Part of a lease after which this daemon stops acting: 12 of 15 seconds. The rest covers what is already on its way, and clocks that drift. */
const FENCE_SHARE = 0.8;

/**
 * The leases of one session, and whether they still give the right to act. A run without a live lease is *fenced*: no push, no merge,
 * no new turn, no calls. Its agent may go on in its lane, because nothing of that is visible to anybody else.
 */
export class LeaseBook {
  private readonly leases = new Map<string, Lease>();
  /** Milliseconds from renewal to fence. */
  private fenceAfter: number;

  constructor(leaseSeconds = 15) {
    this.fenceAfter = leaseSeconds * 1_000 * FENCE_SHARE;
  }

  /** The studio says with each hello how long its leases last. */
  setLeaseSeconds(leaseSeconds: number): void {
    this.fenceAfter = leaseSeconds * 1_000 * FENCE_SHARE;
  }

  /** A lease begins, or goes on under another epoch. */
  hold(run: string, epoch: number, sentAt: number): void {
    this.leases.set(run, { epoch, renewedAt: sentAt });
  }

  /** Renewed together. An answer that comes late for a lease that has a newer renewal changes nothing. */
  renew(runs: readonly { readonly run: string; readonly epoch: number }[], sentAt: number): void {
    for (const { run, epoch } of runs) {
      const lease = this.leases.get(run);
      if (lease !== undefined && lease.epoch === epoch && sentAt > lease.renewedAt) this.leases.set(run, { epoch, renewedAt: sentAt });
    }
  }

  release(run: string): void {
    this.leases.delete(run);
  }

  held(): readonly { readonly run: string; readonly epoch: number }[] {
    return [...this.leases].map(([run, { epoch }]) => ({ run, epoch }));
  }

  epochOf(run: string): number | undefined {
    return this.leases.get(run)?.epoch;
  }

  /** A run that nobody knows is fenced. */
  isFenced(run: string, now: number): boolean {
    const lease = this.leases.get(run);
    return lease === undefined || now - lease.renewedAt >= this.fenceAfter;
  }

  /** How long the run has been without renewal beyond its fence; 0 while it is not fenced. */
  fencedFor(run: string, now: number): number {
    const lease = this.leases.get(run);
    return lease === undefined ? 0 : Math.max(0, now - lease.renewedAt - this.fenceAfter);
  }
}

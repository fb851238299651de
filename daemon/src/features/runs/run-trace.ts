import type { RunPacket, Span, Tracer } from '@maestro/protocol';
import type { RunLink } from './runs.types.js';

/** A run as part of the trace that it was dispatched in. Without a collector of its own the daemon hands the studio's on. */
export class RunTrace {
  private readonly span: Span | undefined;
  /** For whatever the run causes: the agent reads it as `TRACEPARENT`, the studio beside each call. */
  readonly traceparent: string | undefined;

  constructor({ run, purpose, agent, project, plan, task, trace }: RunPacket, tracer: Tracer | undefined) {
    const attributes = { 'maestro.run': run, 'maestro.purpose': purpose, 'maestro.agent': agent, 'maestro.project': project.id, 'maestro.plan': plan?.id, 'maestro.task': task?.id };
    this.span = tracer?.start({ name: `run ${purpose}`, kind: 'internal', parent: trace, attributes });
    this.traceparent = this.span?.traceparent ?? trace;
  }

  /** The link, every call on which belongs to the trace. */
  over(link: RunLink): RunLink {
    const { traceparent } = this;
    if (traceparent === undefined) return link;
    return { leases: link.leases, leasesChanged: () => link.leasesChanged(), request: (method, params, options) => link.request(method, params, { ...options, traceparent }) };
  }

  /** @param outcome its kind, or why it waits. */
  end(outcome: string): void {
    this.span?.set({ 'maestro.outcome': outcome });
    this.span?.end(outcome === 'failed' ? 'failed' : 'ok');
  }
}

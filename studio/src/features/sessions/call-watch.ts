import { Injectable } from '@nestjs/common';
import { registry } from '@maestro/protocol';
import type { AroundCall } from '@maestro/protocol';
import { idsInParams, withLogIds } from '../../platform/logging/index.js';
import { Metrics } from '../../platform/metrics/index.js';
import { Tracing } from '../../platform/tracing/index.js';
import type { BoundSession } from './daemon-connection.js';

/** Times every call of a daemon, traces those that belong to a trace, and lets the log say what they were about. */
@Injectable()
export class CallWatch {
  private readonly seconds;

  constructor(
    metrics: Metrics,
    private readonly tracing: Tracing,
  ) {
    this.seconds = metrics.histogram('rpc_seconds', 'Time to answer a call of a daemon, by method.', ['method'], [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5]);
  }

  around<T>(call: AroundCall, session: BoundSession | undefined, work: () => Promise<T>): Promise<T> {
    const about = { workspace: session?.workspaceId, project: session?.projectId, session: session?.id, ...idsInParams(call.params) };
    return withLogIds(about, () => this.timed(call, session, work));
  }

  private async timed<T>(call: AroundCall, session: BoundSession | undefined, work: () => Promise<T>): Promise<T> {
    // What a daemon calls a method may be anything; a label must not be.
    const method = registry.get(call.method)?.name ?? 'unknown';
    const end = this.seconds.startTimer({ method });
    try {
      if (call.traceparent === undefined) return await work();
      const attributes = { 'rpc.system': 'jsonrpc', 'rpc.method': method, 'maestro.project': session?.projectId, 'maestro.session': session?.id };
      return await this.tracing.within({ name: method, kind: 'server', parent: call.traceparent, attributes }, work);
    } finally {
      end();
    }
  }
}

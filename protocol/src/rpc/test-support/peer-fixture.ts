import { expect } from 'vitest';
import { z } from 'zod';
import { Direction, ErrorCode, createPeer, createRegistry, createService, defineMethod, listen, serve } from '../index.js';
import type { Authorize, Call, CancelSignal, CancelSource, InternalErrorReport, PeerLimits, Refusal, Served, Violation } from '../index.js';

// Declared here and not by Node's types, which would let the whole package use Node.
declare const AbortController: new () => CancelSource<CancelSignal>;
declare function setImmediate(task: (value: unknown) => void): void;

export const SECRET = 'password=hunter2 at /home/me/secret.ts:12';

export const runClaim = defineMethod({
  name: 'run/claim',
  direction: Direction.daemonToStudio,
  kind: 'request',
  params: z.strictObject({ opId: z.string(), run: z.string(), epochs: z.array(z.strictObject({ epoch: z.number().int() })).optional() }),
  result: z.object({ epoch: z.number().int() }),
  action: 'run.claim',
  mutating: true,
  doc: 'Takes a dispatched run.',
  errors: [ErrorCode.staleEpoch, ErrorCode.notFound],
});
const sessionPing = defineMethod({
  name: 'session/ping',
  direction: Direction.daemonToStudio,
  kind: 'notification',
  params: z.strictObject({ at: z.number() }),
  action: 'session',
  mutating: false,
  doc: 'A hint.',
});
export const runCancel = defineMethod({
  name: 'run/cancel',
  direction: Direction.studioToDaemon,
  kind: 'request',
  params: z.strictObject({ opId: z.string(), run: z.string() }),
  result: z.strictObject({}),
  action: 'session',
  mutating: true,
  doc: 'Stops a run.',
  errors: [],
});
export const registry = createRegistry([runClaim, sessionPing, runCancel]);

export interface Context {
  readonly session: string;
}
type Epoch = { epoch: number } | Refusal<'stale_epoch' | 'not_found'>;
type Claim = (params: { run: string }, call: Call<Context, CancelSignal>) => Epoch | Promise<Epoch>;

function manualClock() {
  let now = 0;
  const tasks = new Set<{ at: number; task: () => void }>();
  return {
    after(ms: number, task: () => void) {
      const entry = { at: now + ms, task };
      tasks.add(entry);
      return () => void tasks.delete(entry);
    },
    advance(ms: number) {
      now += ms;
      for (const entry of [...tasks]) if (entry.at <= now && tasks.delete(entry)) entry.task();
    },
    get waiting() {
      return tasks.size;
    },
  };
}

export const newCancelSource = () => new AbortController();

/** A studio peer with everything it sends and reports at hand. */
export function studio(options: { claim?: Claim; ping?: () => void; authorize?: Authorize<Context>; limits?: Partial<PeerLimits> } = {}) {
  const sent: string[] = [];
  const violations: Violation[] = [];
  const internal: InternalErrorReport[] = [];
  const clock = manualClock();
  const handlers: Served<Context, CancelSignal>[] = [
    serve(runClaim, options.claim ?? (() => ({ epoch: 1 }))),
    listen(sessionPing, options.ping ?? (() => undefined)),
  ];
  const service = createService({ registry, direction: Direction.daemonToStudio, handlers, authorize: options.authorize ?? (() => undefined) });
  const wire = { send: (text: string): void | Promise<void> => void sent.push(text) };
  let correlation = 0;
  const peer = createPeer({
    service,
    context: { session: 's1' },
    port: { send: (text) => wire.send(text) },
    ports: { after: clock.after, newCancelSource, newCorrelationId: () => `c-${(correlation += 1)}` },
    limits: options.limits ?? {},
    onInternalError: (report) => internal.push(report),
    onViolation: (violation) => violations.push(violation),
  });
  return {
    peer, sent, violations, internal, clock, wire,
    kinds: () => violations.map((violation) => violation.kind),
    /** Feeds one message and waits for everything it sets off. */
    async ask(message: unknown): Promise<unknown> {
      const before = sent.length;
      peer.receive(typeof message === 'string' ? message : JSON.stringify(message));
      await settled();
      const text = sent[before];
      return text === undefined ? undefined : JSON.parse(text);
    },
  };
}

/** All promise callbacks that can run have run: a macrotask comes after every microtask. */
export const settled = () => new Promise((resolve) => setImmediate(resolve));
/** A JSON-RPC request of `run/claim`. */
export const claim = (id: unknown, params: unknown = { opId: 'o', run: 'r' }) => ({ jsonrpc: '2.0', id, method: 'run/claim', params });
/** Matches a JSON-RPC error answer. */
export const error = (id: unknown, code: number, data: object = {}) => ({ jsonrpc: '2.0', id, error: expect.objectContaining({ code, data: expect.objectContaining(data) as unknown }) as unknown });

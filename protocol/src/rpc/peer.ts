import type { JSONRPCResponse } from 'json-rpc-2.0';
import { z } from 'zod';
import type { Direction, NotificationMethod, Opposite, RequestMethod } from './define-method.js';
import { decode, fitsBytes } from './envelope.js';
import type { Inbound, RequestId } from './envelope.js';
import { ErrorCode, toWireError } from './errors.js';
import { Outbound } from './outbound.js';
import type { RequestOptions } from './outbound.js';
import { DEFAULT_LIMITS, ViolationKind } from './ports.js';
import type { CancelSignal, CancelSource, InternalErrorReport, MessagePort, PeerLimits, PeerPorts, Violation } from './ports.js';
import type { RpcService } from './service.js';

export interface PeerOptions<In extends Direction, Context, Signal extends CancelSignal> {
  /** What this side serves; shared between peers. */
  readonly service: RpcService<In, Context, Signal>;
  /** Who is on the other side. Handlers and the role check get this same object, so it may learn (at `session/hello`). */
  readonly context: Context;
  readonly port: MessagePort;
  readonly ports: PeerPorts<Signal>;
  readonly limits?: Partial<PeerLimits>;
  /** Milliseconds a request waits for its answer unless its method or call says otherwise. Default 30,000. */
  readonly defaultTimeoutMs?: number;
  /** Is around every call of the other side: to time it, or to trace it. Must call `work` once and give what it gives. */
  readonly around?: <T>(call: AroundCall, work: () => Promise<T>) => Promise<T>;
  readonly onInternalError: (report: InternalErrorReport) => void;
  readonly onViolation: (violation: Violation) => void;
}

/** A call of the other side, as far as it is known before anything of it was checked. `method` may be anything. */
export interface AroundCall {
  readonly method: string;
  readonly params: object;
  readonly traceparent: string | undefined;
}

/** One end of a connection: calls methods in direction `Out`, serves those in the other. */
export interface Peer<Out extends Direction> {
  /** Rejects with `RemoteError` (the other side said no) or a `LocalRpcError` (it said nothing usable). */
  request<P extends z.ZodObject, R extends z.ZodType>(
    method: RequestMethod<string, Out, P, R>,
    params: z.input<P>,
    options?: RequestOptions,
  ): Promise<z.output<R>>;
  /** Resolves once the transport took it; rejects with a `LocalRpcError`. */
  notify<P extends z.ZodObject>(method: NotificationMethod<string, Out, P>, params: z.input<P>): Promise<void>;
  /** Feed every message of the transport here, in order. Never throws, whatever comes. */
  receive(text: string): void;
  /** Rejects everything pending with `PeerClosed`, aborts the handlers at work, and ignores what comes later. Does not close the transport. */
  close(reason: string): void;
  readonly closed: boolean;
  /** Requests of ours without an answer, and calls of theirs being worked on. */
  readonly inFlight: { readonly outbound: number; readonly inbound: number };
}

const CANCEL = '$/cancel';
const cancelParams = z.strictObject({ id: z.union([z.string(), z.number()]) });
/** What `rate_limited` suggests when too many calls are at work; long enough to let some end. */
const RETRY_AFTER_MS = 1000;

export function createPeer<In extends Direction, Context, Signal extends CancelSignal>(
  options: PeerOptions<In, Context, Signal>,
): Peer<Opposite<In>> {
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const { port, ports, defaultTimeoutMs = 30_000 } = options;
  const outbound = new Outbound({ port, ports, limits, defaultTimeoutMs });
  const inbound = new Inbox(options, limits, outbound);
  return {
    request: (method, params, requestOptions) => outbound.request(method, params, requestOptions),
    notify: (method, params) => outbound.notify(method, params),
    receive: (text) => inbound.receive(text),
    close: (reason) => {
      inbound.close();
      outbound.close(reason);
    },
    get closed() {
      return inbound.closed;
    },
    get inFlight() {
      return { outbound: outbound.inFlight, inbound: inbound.inFlight };
    },
  };
}

/** The serving half of a peer. */
class Inbox<In extends Direction, Context, Signal extends CancelSignal> {
  readonly #options: PeerOptions<In, Context, Signal>;
  readonly #limits: PeerLimits;
  readonly #outbound: Outbound;
  readonly #working = new Set<CancelSource<Signal>>();
  readonly #byId = new Map<RequestId, CancelSource<Signal>>();
  #closed = false;

  constructor(options: PeerOptions<In, Context, Signal>, limits: PeerLimits, outbound: Outbound) {
    this.#options = options;
    this.#limits = limits;
    this.#outbound = outbound;
  }

  get closed(): boolean {
    return this.#closed;
  }

  get inFlight(): number {
    return this.#working.size;
  }

  close(): void {
    this.#closed = true;
    for (const source of this.#working) source.abort();
  }

  receive(text: string): void {
    if (this.#closed) return;
    const decoded = decode(text, this.#limits);
    if (!decoded.ok) {
      this.#violation(decoded.violation);
      this.#send(errorResponse(null, decoded.code, 'The message was not read.'));
      return;
    }
    const work = decoded.messages.map((message) => this.#take(message));
    if (!decoded.batch) {
      void work[0]?.then((response) => this.#send(response));
      return;
    }
    void Promise.all(work).then((responses) => this.#send(responses.filter((response) => response !== null)));
  }

  /** Never rejects: `dispatch` does not, and nothing else here waits. */
  async #take(message: Inbound): Promise<JSONRPCResponse | null> {
    switch (message.kind) {
      case 'result':
        return this.#settle({ ...message });
      case 'error':
        if (message.id === null) return this.#violation(ViolationKind.unaddressedError);
        return this.#settle({ ...message, id: message.id });
      case 'invalid':
        this.#violation(ViolationKind.badEnvelope);
        return message.answer ? errorResponse(message.id, ErrorCode.invalidRequest, 'This is not a JSON-RPC 2.0 message.') : null;
      case 'notification':
        if (message.method === CANCEL) return this.#cancel(message.params);
        return this.#work(message, undefined);
      case 'request':
        return this.#work(message, message.id);
    }
  }

  async #work({ method, params, traceparent }: AroundCall, id: RequestId | undefined): Promise<JSONRPCResponse | null> {
    if (id !== undefined && this.#byId.has(id)) {
      // Not answered: an answer under this id would settle the first request.
      return this.#violation(ViolationKind.idReused, method);
    }
    if (this.#working.size >= this.#limits.maxInboundInFlight) {
      this.#violation(ViolationKind.tooManyInFlight, method);
      return id === undefined ? null : errorResponse(id, ErrorCode.rateLimited, 'Too many calls are being worked on. Try again shortly.', RETRY_AFTER_MS);
    }
    const source = this.#options.ports.newCancelSource();
    this.#working.add(source);
    if (id !== undefined) this.#byId.set(id, source);
    const request = { jsonrpc: '2.0' as const, method, params, ...(id === undefined ? {} : { id }) };
    const { around = plainly } = this.#options;
    const response = await around({ method, params, traceparent }, () =>
      this.#options.service.dispatch(request, {
        context: this.#options.context,
        signal: source.signal,
        newCorrelationId: () => this.#options.ports.newCorrelationId(),
        onInternalError: (report) => quietly(() => this.#options.onInternalError(report)),
        onViolation: (kind, name) => this.#violation(kind, name),
      }),
    );
    this.#working.delete(source);
    if (id !== undefined) this.#byId.delete(id);
    return response;
  }

  #cancel(params: object): null {
    const parsed = cancelParams.safeParse(params);
    if (!parsed.success) return this.#violation(ViolationKind.invalidParams, CANCEL);
    // Unknown ids are normal: the answer and the cancel crossed on the way.
    this.#byId.get(parsed.data.id)?.abort();
    return null;
  }

  #settle(message: Parameters<Outbound['receive']>[0]): null {
    return this.#outbound.receive(message) === 'unsent' ? this.#violation(ViolationKind.unsentId) : null;
  }

  #violation(kind: ViolationKind, method?: string): null {
    quietly(() => this.#options.onViolation({ kind, ...(method === undefined ? {} : { method }) }));
    return null;
  }

  #send(response: JSONRPCResponse | JSONRPCResponse[] | null): void {
    if (this.#closed || response === null || (Array.isArray(response) && response.length === 0)) return;
    let text = JSON.stringify(response);
    if (!fitsBytes(text, this.#limits.maxMessageBytes)) {
      const tooLarge = (one: JSONRPCResponse) => errorResponse(one.id, ErrorCode.tooLarge, 'The answer is too large to send. Ask for less.');
      text = JSON.stringify(Array.isArray(response) ? response.map(tooLarge) : tooLarge(response));
    }
    // A transport that cannot send is about to close, and that is where the caller learns of it.
    void (async () => this.#options.port.send(text))().catch(() => undefined);
  }
}

function plainly<T>(_call: AroundCall, work: () => Promise<T>): Promise<T> {
  return work();
}

function errorResponse(id: RequestId | null, code: ErrorCode, sentence: string, retryAfterMs?: number): JSONRPCResponse {
  return { jsonrpc: '2.0', id, error: toWireError(code, { sentence, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }) };
}

/** A reporter that throws must not take the connection down with it. */
function quietly(report: () => void): void {
  try {
    report();
  } catch {
    // There is nowhere left to report to.
  }
}

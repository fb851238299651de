import { JSONRPCClient, createJSONRPCErrorResponse } from 'json-rpc-2.0';
import type { JSONRPCResponse } from 'json-rpc-2.0';
import type { z } from 'zod';
import type { Direction, NotificationMethod, RequestMethod } from './define-method.js';
import { fitsBytes } from './envelope.js';
import type { Inbound, RequestId } from './envelope.js';
import { formatIssues } from './issues.js';
import { LocalErrorId, LocalRpcError, PeerClosed, RemoteError } from './local-errors.js';
import type { CancelSignal, MessagePort, PeerLimits, PeerPorts } from './ports.js';

export interface RequestOptions {
  /** Milliseconds until `request_timeout`; default: the method's, then the peer's. */
  readonly timeoutMs?: number;
  /** The trace that the call belongs to, as a W3C traceparent; sent beside the params. */
  readonly traceparent?: string | undefined;
  /** Aborting it rejects with `request_cancelled` and sends `$/cancel`. */
  readonly signal?: CancelSignal;
}

export interface OutboundOptions {
  readonly port: MessagePort;
  readonly ports: Pick<PeerPorts<CancelSignal>, 'after'>;
  readonly limits: PeerLimits;
  /** Milliseconds. */
  readonly defaultTimeoutMs: number;
}

export type AnswerFate = 'settled' | 'late' | 'unsent';

/** The calling half of a peer: every request it sends is settled exactly once, by an answer or by a local error. */
export class Outbound {
  readonly #options: OutboundOptions;
  readonly #client: JSONRPCClient<string>;
  /** By id: how to reject a request that is waiting for its answer. */
  readonly #pending = new Map<number, (error: LocalRpcError) => void>();
  #lastId = 0;
  #closed: PeerClosed | undefined;

  constructor(options: OutboundOptions) {
    this.#options = options;
    // The library's timeouts are not used: they neither tell the other side nor have an error of their own, and they need `setTimeout`.
    this.#client = new JSONRPCClient<string>(async (payload: { readonly method: string; readonly id: number }, text) => {
      try {
        await options.port.send(text);
      } catch (cause) {
        // Settled here and not thrown: the library would answer itself with code 0, which the other side could forge.
        this.#pending.get(payload.id)?.(sendFailed(payload.method, cause));
      }
    });
  }

  get inFlight(): number {
    return this.#pending.size;
  }

  async request<P extends z.ZodObject, R extends z.ZodType>(
    method: RequestMethod<string, Direction, P, R>,
    params: z.input<P>,
    options: RequestOptions = {},
  ): Promise<z.output<R>> {
    if (this.#closed !== undefined) throw this.#closed;
    if (options.signal?.aborted === true) throw cancelled(method.name);
    if (this.#pending.size >= this.#options.limits.maxOutboundInFlight) {
      throw new LocalRpcError(LocalErrorId.tooManyInFlight, `${method.name}: ${this.#pending.size} requests are waiting for answers.`);
    }
    const id = this.#lastId + 1;
    const message = { jsonrpc: '2.0' as const, id, method: method.name, params: parseParams(method, params), ...(options.traceparent === undefined ? {} : { traceparent: options.traceparent }) };
    const text = this.#encode(method.name, message);
    this.#lastId = id;
    const answer = await this.#exchange(id, method, options, () => this.#client.requestAdvanced(message, text));
    const result = method.result.safeParse(answer);
    if (result.success) return result.data;
    throw new LocalRpcError(LocalErrorId.resultInvalid, `${method.name}: the answer does not match its schema.`, { cause: result.error });
  }

  /** Resolves once the transport took it; nobody learns whether it arrived. */
  async notify<P extends z.ZodObject>(method: NotificationMethod<string, Direction, P>, params: z.input<P>): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed;
    const text = this.#encode(method.name, { jsonrpc: '2.0', method: method.name, params: parseParams(method, params) });
    await this.#sendNow(method.name, text);
  }

  /** Hands an answer to the request it belongs to. Ids are a counter, so a late answer is told from a made-up one without a list of old ids. */
  receive(answer: Extract<Inbound, { kind: 'result' | 'error' }> & { readonly id: RequestId }): AnswerFate {
    const { id } = answer;
    if (typeof id !== 'number' || id < 1 || id > this.#lastId) return 'unsent';
    if (!this.#pending.has(id)) return 'late';
    this.#client.receive(
      answer.kind === 'result'
        ? { jsonrpc: '2.0', id, result: answer.result }
        : createJSONRPCErrorResponse(id, answer.error.code, answer.error.message, answer.error.data),
    );
    return 'settled';
  }

  close(reason: string): void {
    if (this.#closed !== undefined) return;
    this.#closed = new PeerClosed(reason);
    for (const reject of [...this.#pending.values()]) reject(this.#closed);
  }

  #exchange(
    id: number,
    method: RequestMethod,
    options: RequestOptions,
    send: () => PromiseLike<JSONRPCResponse>,
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const timeoutMs = options.timeoutMs ?? method.timeoutMs ?? this.#options.defaultTimeoutMs;
      const onAbort = () => this.#abandon(id, cancelled(method.name));
      const stopTimer = this.#options.ports.after(timeoutMs, () =>
        this.#abandon(id, new LocalRpcError(LocalErrorId.requestTimeout, `${method.name}: no answer within ${timeoutMs} ms.`)),
      );
      options.signal?.addEventListener('abort', onAbort, { once: true });
      const settle = () => {
        this.#pending.delete(id);
        stopTimer();
        options.signal?.removeEventListener('abort', onAbort);
      };
      this.#pending.set(id, (error) => {
        settle();
        reject(error);
        // The library keeps its own entry until it sees an answer: give it one, or every timeout leaks.
        this.#client.receive(createJSONRPCErrorResponse(id, 0, error.id));
      });
      void send().then((response) => {
        if (!this.#pending.has(id)) return;
        settle();
        if (response.error === undefined) resolve(response.result);
        else reject(new RemoteError(method.name, response.error));
      });
    });
  }

  #abandon(id: number, error: LocalRpcError): void {
    const reject = this.#pending.get(id);
    if (reject === undefined) return;
    reject(error);
    const text = JSON.stringify({ jsonrpc: '2.0', method: '$/cancel', params: { id } });
    // A hint: when it cannot be sent, the answer simply comes late.
    this.#sendNow('$/cancel', text).catch(() => undefined);
  }

  #encode(method: string, message: object): string {
    let text: string;
    try {
      text = JSON.stringify(message);
    } catch (cause) {
      throw new LocalRpcError(LocalErrorId.paramsInvalid, `${method}: the params cannot be written as JSON.`, { cause });
    }
    if (fitsBytes(text, this.#options.limits.maxMessageBytes)) return text;
    throw new LocalRpcError(LocalErrorId.messageTooLarge, `${method}: the message exceeds ${this.#options.limits.maxMessageBytes} bytes.`);
  }

  async #sendNow(method: string, text: string): Promise<void> {
    try {
      await this.#options.port.send(text);
    } catch (cause) {
      throw sendFailed(method, cause);
    }
  }
}

function parseParams<P extends z.ZodObject>(method: { readonly name: string; readonly params: P }, params: z.input<P>): z.output<P> {
  const parsed = method.params.safeParse(params);
  if (parsed.success) return parsed.data;
  const where = formatIssues(parsed.error).map((issue) => `${issue.path}: ${issue.message}`);
  throw new LocalRpcError(LocalErrorId.paramsInvalid, `${method.name}: ${where.join('; ')}`, { cause: parsed.error });
}

function cancelled(method: string): LocalRpcError {
  return new LocalRpcError(LocalErrorId.requestCancelled, `${method}: cancelled by the caller.`);
}

function sendFailed(method: string, cause: unknown): LocalRpcError {
  return new LocalRpcError(LocalErrorId.sendFailed, `${method}: the transport did not take the message.`, { cause });
}

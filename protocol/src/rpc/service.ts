import { JSONRPCServer, createJSONRPCErrorResponse, createJSONRPCSuccessResponse } from 'json-rpc-2.0';
import type { JSONRPCRequest, JSONRPCResponse } from 'json-rpc-2.0';
import type { z } from 'zod';
import type { Direction, Method, NotificationMethod, RequestMethod } from './define-method.js';
import { ErrorCode, Refusal, toWireError } from './errors.js';
import type { ApplicationErrorCode, RefusalDetails, WireIssue } from './errors.js';
import { formatIssues } from './issues.js';
import type { InternalErrorReport, CancelSignal, ViolationKind } from './ports.js';
import type { MethodRegistry } from './registry.js';

/** What a handler knows about the call besides its params. */
export interface Call<Context, Signal extends CancelSignal = CancelSignal> {
  /** Who is on the other side; given to the peer at its creation. */
  readonly context: Context;
  /** Aborted by `$/cancel` and by the closing of the peer. Pass it on to whatever can stop early. */
  readonly signal: Signal;
}

type Outcome = { readonly kind: 'result'; readonly value: unknown } | { readonly kind: 'refusal'; readonly refusal: Refusal } | { readonly kind: 'bad_result'; readonly issues: readonly WireIssue[] };

type Prepared<Context, Signal extends CancelSignal> =
  | { readonly ok: true; readonly params: Readonly<Record<string, unknown>>; run(call: Call<Context, Signal>): Promise<Outcome> }
  | { readonly ok: false; readonly issues: readonly WireIssue[] };

/** A method with its handler, the types checked and then forgotten. Made by `serve` or `listen`. */
export interface Served<Context, Signal extends CancelSignal = CancelSignal> {
  readonly method: Method;
  prepare(raw: unknown): Prepared<Context, Signal>;
}

type Answer<R extends z.ZodType, E extends ApplicationErrorCode> = z.input<R> | Refusal<E>;

/**
 * Binds a handler to a request. The handler gets parsed params and returns the result, or `refuse(...)` with a code the method
 * declares. Whatever it throws is answered with a bare `internal` and reported on this side only.
 */
export function serve<P extends z.ZodObject, R extends z.ZodType, E extends ApplicationErrorCode, Context, Signal extends CancelSignal = CancelSignal>(
  method: RequestMethod<string, Direction, P, R, E>,
  handle: (params: z.output<P>, call: Call<Context, Signal>) => Promise<Answer<R, NoInfer<E>>> | Answer<R, NoInfer<E>>,
): Served<Context, Signal> {
  return {
    method,
    prepare(raw) {
      const parsed = method.params.safeParse(raw);
      if (!parsed.success) return { ok: false, issues: formatIssues(parsed.error) };
      return {
        ok: true,
        params: parsed.data,
        async run(call) {
          const answer = await handle(parsed.data, call);
          if (answer instanceof Refusal) return { kind: 'refusal', refusal: answer };
          // The parsed value is sent, not the handler's: what the schema does not name stays here.
          const result = method.result.safeParse(answer);
          return result.success ? { kind: 'result', value: result.data } : { kind: 'bad_result', issues: formatIssues(result.error) };
        },
      };
    },
  };
}

/** Binds a handler to a notification. */
export function listen<P extends z.ZodObject, Context, Signal extends CancelSignal = CancelSignal>(
  method: NotificationMethod<string, Direction, P>,
  handle: (params: z.output<P>, call: Call<Context, Signal>) => Promise<void> | void,
): Served<Context, Signal> {
  return {
    method,
    prepare(raw) {
      const parsed = method.params.safeParse(raw);
      if (!parsed.success) return { ok: false, issues: formatIssues(parsed.error) };
      return {
        ok: true,
        params: parsed.data,
        async run(call) {
          await handle(parsed.data, call);
          return { kind: 'result', value: null };
        },
      };
    },
  };
}

/**
 * May this identity call this method with these params? `undefined` is yes. It runs after the params were parsed and before the
 * handler; when it throws, the call is denied as an internal error.
 */
export type Authorize<Context> = (
  method: Method,
  params: Readonly<Record<string, unknown>>,
  context: Context,
) => Promise<Refusal | undefined> | Refusal | undefined;

export interface ServiceOptions<D extends Direction, Context, Signal extends CancelSignal> {
  readonly registry: MethodRegistry;
  /** The direction of the methods served here. */
  readonly direction: D;
  readonly handlers: readonly Served<Context, Signal>[];
  readonly authorize: Authorize<Context>;
}

/** One call under way, as its peer hands it in. */
export interface Connection<Context, Signal extends CancelSignal> extends Call<Context, Signal> {
  newCorrelationId(): string;
  onInternalError(report: InternalErrorReport): void;
  onViolation(kind: ViolationKind, method: string): void;
}

/** All methods of one side. Build it once and share it between any number of peers: it holds no state of a connection. */
export interface RpcService<D extends Direction, Context, Signal extends CancelSignal = CancelSignal> {
  readonly direction: D;
  /** Methods of the registry in this direction that have no handler; calling one is answered `method_not_found`. */
  readonly unserved: readonly string[];
  /** Never rejects. `null` when there is nothing to answer. */
  dispatch(request: JSONRPCRequest, connection: Connection<Context, Signal>): Promise<JSONRPCResponse | null>;
}

/** Throws when a handler is bound twice, to a method outside the registry, or against the direction. */
export function createService<D extends Direction, Context, Signal extends CancelSignal = CancelSignal>(
  options: ServiceOptions<D, Context, Signal>,
): RpcService<D, Context, Signal> {
  const { registry, direction, handlers, authorize } = options;
  // The library's default listener prints whole payloads to the console. Ours is silent because `answer` below never rejects.
  const server = new JSONRPCServer<Connection<Context, Signal>>({ errorListener: () => undefined });
  for (const served of handlers) {
    const { name } = served.method;
    if (registry.get(name) !== served.method) throw new Error(`The handler of ${name} is bound to a method that is not in the registry.`);
    if (served.method.direction !== direction) throw new Error(`${name} goes ${served.method.direction} and cannot be served here.`);
    if (server.hasMethod(name)) throw new Error(`${name} has two handlers.`);
    server.addMethodAdvanced(name, (request, connection) => answer(served, authorize, request, connection));
  }
  const unknown = async (request: JSONRPCRequest, connection: Connection<Context, Signal>) => {
    connection.onViolation(registry.get(request.method) === undefined ? 'unknown_method' : 'wrong_direction', request.method);
    return failure(request, ErrorCode.methodNotFound, 'This side has no such method. The two versions may differ.');
  };
  return {
    direction,
    unserved: registry.inDirection(direction).flatMap((method) => (server.hasMethod(method.name) ? [] : [method.name])),
    dispatch: async (request, connection) =>
      server.hasMethod(request.method) ? await server.receive(request, connection) : await unknown(request, connection),
  };
}

async function answer<Context, Signal extends CancelSignal>(
  served: Served<Context, Signal>,
  authorize: Authorize<Context>,
  request: JSONRPCRequest,
  connection: Connection<Context, Signal>,
): Promise<JSONRPCResponse | null> {
  const { method } = served;
  const expectsAnswer = method.kind === 'request';
  // A request sent without an id, or a notification with one: the sender believes in another contract than we do.
  if (expectsAnswer !== (request.id !== undefined)) {
    connection.onViolation('bad_envelope', method.name);
    return failure(request, ErrorCode.invalidRequest, expectsAnswer ? 'This method is a request: send an id.' : 'This method is a notification: send no id.');
  }
  try {
    const prepared = served.prepare(request.params);
    if (!prepared.ok) {
      connection.onViolation('invalid_params', method.name);
      return failure(request, ErrorCode.invalidParams, summary(prepared.issues), { issues: prepared.issues });
    }
    const refusal = await authorize(method, prepared.params, connection.context);
    const outcome: Outcome = refusal === undefined ? await prepared.run(connection) : { kind: 'refusal', refusal };
    if (outcome.kind === 'bad_result') throw new Error(`Its result does not match its schema: ${summary(outcome.issues)}`);
    if (outcome.kind === 'result') return request.id === undefined ? null : createJSONRPCSuccessResponse(request.id, outcome.value);
    if (!expectsAnswer) connection.onViolation('notification_refused', method.name);
    return failure(request, outcome.refusal.code, outcome.refusal.sentence, outcome.refusal.details);
  } catch (error) {
    if (connection.signal.aborted) return failure(request, ErrorCode.cancelled, 'Cancelled by the caller.');
    const correlationId = connection.newCorrelationId();
    connection.onInternalError({ correlationId, method: method.name, error });
    return failure(request, ErrorCode.internal, 'Something went wrong on the other side; its log has the cause.', { correlationId });
  }
}

function failure(
  request: JSONRPCRequest,
  code: ErrorCode,
  sentence: string,
  more: RefusalDetails & { readonly issues?: readonly WireIssue[]; readonly correlationId?: string } = {},
): JSONRPCResponse | null {
  if (request.id === undefined) return null;
  const { issues, ...details } = more;
  const error = toWireError(code, { sentence, ...details, ...(issues === undefined ? {} : { issues: [...issues] }) });
  return createJSONRPCErrorResponse(request.id, error.code, error.message, error.data);
}

function summary(issues: readonly WireIssue[]): string {
  const first = issues[0];
  if (first === undefined) return 'The params are not valid.';
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : '';
  return `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}`;
}

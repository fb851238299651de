import { Injectable } from '@nestjs/common';
import { createService, ErrorCode, mayDo, METHODS, refuseWire, registry } from '@maestro/protocol';
import type { Action, ApplicationErrorCode, ErrorsOf, Method, Refusal, RequestMethod, Result, RpcService, Served, WireRefusal } from '@maestro/protocol';
import { Authorisation } from '../../platform/access/index.js';
import { Clock } from '../../platform/clock/index.js';
import type { DaemonConnection } from './daemon-connection.js';

/** How long a connection's rights are believed before they are read again. A removed member is cut off by event, long before. */
const BELIEVED_MS = 2_000;

/**
 * Every method that daemons may call, with its handler. Features bind theirs in the constructor of their `*.rpc.ts`; the gateway builds
 * the service once all are there.
 */
@Injectable()
export class DaemonRpc {
  private readonly handlers: Served<DaemonConnection, AbortSignal>[] = [];
  private built: RpcService<'daemon-to-studio', DaemonConnection, AbortSignal> | undefined;

  constructor(
    private readonly authorisation: Authorisation,
    private readonly clock: Clock,
  ) {}

  bind(...handlers: readonly Served<DaemonConnection, AbortSignal>[]): void {
    if (this.built !== undefined) throw new Error('daemon_rpc.late: handlers are bound in constructors');
    this.handlers.push(...handlers);
  }

  /** Built at its first use; nothing can be bound afterwards. */
  get service(): RpcService<'daemon-to-studio', DaemonConnection, AbortSignal> {
    this.built ??= createService({
      registry,
      direction: 'daemon-to-studio',
      handlers: this.handlers,
      authorize: (method, _params, connection) => this.authorize(method, connection),
    });
    return this.built;
  }

  /** Every method but the hello needs a session; what its member may do is read from the database, again and again. */
  private async authorize(method: Method, connection: DaemonConnection): Promise<WireRefusal | undefined> {
    if (method.name === METHODS.sessionHello.name) return undefined;
    const { session } = connection;
    if (session === undefined) return refuseWire(ErrorCode.unauthenticated, 'Say hello first.');
    const action = method.action as Action;
    const now = this.clock.now().getTime();
    const { rights } = connection;
    if (rights !== undefined && rights.until > now && mayDo(rights.roles, action)) return undefined;
    const granted = await this.authorisation.authorise(connection.caller, action, 'project', session.projectId);
    if (!granted.ok) return refuseWire(granted.refusal.kind === 'forbidden' ? ErrorCode.forbidden : ErrorCode.notFound, granted.refusal.sentence);
    connection.rights = { roles: granted.value.roles, until: now + BELIEVED_MS };
    return undefined;
  }
}

/** What a refusal's kind is called on the wire, most exact first. The method declares which of them it has. */
const CODES: Readonly<Record<Refusal['kind'], readonly ApplicationErrorCode[]>> = {
  invalid: ['refused'],
  unauthenticated: ['unauthenticated', 'forbidden'],
  forbidden: ['forbidden', 'refused', 'not_found'],
  not_found: ['not_found', 'forbidden'],
  conflict: ['conflict', 'refused', 'stale_epoch', 'forbidden'],
  gone: ['not_found', 'refused'],
  unprocessable: ['refused', 'conflict', 'forbidden'],
  too_many: ['rate_limited', 'refused', 'forbidden'],
  unavailable: ['unavailable', 'refused'],
};

/**
 * A service's result as a method answers it: the value, or a refusal under a code that the method declares.
 *
 * @throws Error `daemon_rpc.undeclared` when the method declares no code that fits; a defect of the method's definition.
 */
export function answer<T, M extends RequestMethod>(method: M, result: Result<T>): T | WireRefusal<ErrorsOf<M>> {
  if (result.ok) return result.value;
  const { kind, code, sentence } = result.refusal;
  const declared = method.errors as readonly ApplicationErrorCode[];
  // Some refusals have the wire's own name, such as `stale_epoch` and `version_unsupported`.
  const found = declared.find((each) => each === code) ?? CODES[kind].find((each) => declared.includes(each));
  if (found === undefined) throw new Error(`daemon_rpc.undeclared: ${method.name} has no code for ${kind} ${code}`);
  return refuseWire(found, sentence, { reason: code }) as WireRefusal<ErrorsOf<M>>;
}

import type { z } from 'zod';
import { PROTOCOL_ERROR_CODES } from './errors.js';
import type { ApplicationErrorCode } from './errors.js';

/*
 * Words. A **method** is one message type of the daemon protocol, defined in one place. Its **direction** says who calls whom.
 * A **request** is answered; a **notification** is not, so it may only be a hint. A **mutating** method changes state and is
 * idempotent by its `opId`: the same opId again has the same effect and the same answer as once.
 */

export const Direction = { daemonToStudio: 'daemon-to-studio', studioToDaemon: 'studio-to-daemon' } as const;
export type Direction = (typeof Direction)[keyof typeof Direction];
export type Opposite<D extends Direction> = D extends 'daemon-to-studio' ? 'studio-to-daemon' : 'daemon-to-studio';

export const MethodKind = { request: 'request', notification: 'notification' } as const;
export type MethodKind = (typeof MethodKind)[keyof typeof MethodKind];

interface MethodBase<Name extends string, D extends Direction, P extends z.ZodObject, Action extends string> {
  /** `noun/verb`, such as `run/claim`. */
  readonly name: Name;
  readonly direction: D;
  /** By name only. No transforms: the sender sends what the schema gives out, and the receiver parses it again. */
  readonly params: P;
  /** The permission that the role check asks for, or `session` when a known session is enough. */
  readonly action: Action;
  readonly mutating: boolean;
  /** One paragraph for the generated reference. */
  readonly doc: string;
}

/** A method that is answered. */
export interface RequestMethod<
  Name extends string = string,
  D extends Direction = Direction,
  P extends z.ZodObject = z.ZodObject,
  R extends z.ZodType = z.ZodType,
  E extends ApplicationErrorCode = ApplicationErrorCode,
  Action extends string = string,
> extends MethodBase<Name, D, P, Action> {
  readonly kind: 'request';
  /** Use `z.null()` or an empty object for "nothing": JSON has no undefined. */
  readonly result: R;
  /** The refusals a caller must expect besides the protocol's own errors. */
  readonly errors: readonly E[];
  /** How long a caller waits, in milliseconds; default: the peer's `defaultTimeoutMs`. */
  readonly timeoutMs?: number;
}

/** A hint that is not answered. */
export interface NotificationMethod<
  Name extends string = string,
  D extends Direction = Direction,
  P extends z.ZodObject = z.ZodObject,
  Action extends string = string,
> extends MethodBase<Name, D, P, Action> {
  readonly kind: 'notification';
}

export type Method<D extends Direction = Direction> = RequestMethod<string, D> | NotificationMethod<string, D>;

/** The refusals a request may be answered with. */
export type ErrorsOf<M> = M extends RequestMethod<string, Direction, z.ZodObject, z.ZodType, infer E> ? E : never;

/** Makes `params` without an `opId` a type error where `mutating` is true. */
type WithOpId<Mutating extends boolean> = Mutating extends true ? { readonly shape: { readonly opId: z.ZodType<string> } } : unknown;

const METHOD_NAME = /^[a-z][a-z-]*\/[a-z][a-z-]*$/;

/**
 * Defines a method. Nothing else in the project spells out a name, a direction or a shape again.
 * Throws at module load when the definition breaks a rule of the protocol: that is a mistake in the code, never in data.
 */
export function defineMethod<
  const Name extends string,
  const D extends Direction,
  P extends z.ZodObject,
  R extends z.ZodType,
  const E extends ApplicationErrorCode,
  const Action extends string,
  const Mutating extends boolean,
>(
  definition: Omit<RequestMethod<Name, D, P, R, E, Action>, 'mutating' | 'params'> & {
    readonly mutating: Mutating;
    readonly params: P & WithOpId<Mutating>;
  },
): RequestMethod<Name, D, P, R, E, Action>;
export function defineMethod<
  const Name extends string,
  const D extends Direction,
  P extends z.ZodObject,
  const Action extends string,
  const Mutating extends boolean,
>(
  definition: Omit<NotificationMethod<Name, D, P, Action>, 'mutating' | 'params'> & {
    readonly mutating: Mutating;
    readonly params: P & WithOpId<Mutating>;
  },
): NotificationMethod<Name, D, P, Action>;
export function defineMethod(definition: Method): Method {
  const fail = (rule: string): never => {
    throw new Error(`Method ${definition.name}: ${rule}`);
  };
  if (!METHOD_NAME.test(definition.name)) fail('the name must read noun/verb in lower case.');
  if (definition.mutating && !('opId' in definition.params.shape)) fail('it mutates, so its params must carry opId.');
  if (definition.doc.trim() === '') fail('write its doc.');
  if (definition.kind === 'request') {
    const reserved: readonly string[] = PROTOCOL_ERROR_CODES;
    const wrong = definition.errors.find((code) => reserved.includes(code));
    if (wrong !== undefined) fail(`${wrong} is the peer's own error and cannot be declared.`);
    if (new Set(definition.errors).size !== definition.errors.length) fail('an error is declared twice.');
  }
  return Object.freeze(definition);
}

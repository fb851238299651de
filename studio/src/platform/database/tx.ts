/**
 * Handles to the database, as services see them.
 *
 * - **Reader**: something a repository can read through. A `Tx` is one, and so is what `Database.read` hands out.
 * - **Tx**: an open transaction. A repository method that writes takes a `Tx`, one that only reads takes a `Reader`; the compiler
 *   then refuses a write outside a transaction.
 *
 * Both are opaque: services pass them on and never see TypeORM. Repositories turn them into an EntityManager with `managerOf`
 * (`repository-access.ts`).
 */
import type { EntityManager } from 'typeorm';

declare const reader: unique symbol;
declare const writer: unique symbol;

export interface Reader {
  readonly [reader]: true;
}
export interface Tx extends Reader {
  readonly [writer]: true;
}

export interface HandleState {
  readonly manager: EntityManager;
  /** Set once the transaction or read has ended: a handle that leaked out is refused instead of running on a foreign connection. */
  over: boolean;
  readonly afterCommit: (() => void | Promise<void>)[];
}

const states = new WeakMap<object, HandleState>();

/** For `Database` alone: nothing else can make a handle. */
export function openHandle(manager: EntityManager): { readonly tx: Tx; readonly state: HandleState } {
  const state: HandleState = { manager, over: false, afterCommit: [] };
  const handle = Object.freeze({}) as Tx;
  states.set(handle, state);
  return { tx: handle, state };
}

/** @throws DatabaseMisuse `database.handle_over` when the transaction this handle belongs to has ended. */
export function stateOf(handle: Reader): HandleState {
  const state = states.get(handle);
  if (state === undefined) throw new DatabaseMisuse('database.unknown_handle', 'This object was not made by Database.');
  if (state.over) throw new DatabaseMisuse('database.handle_over', 'The transaction has ended; await every query inside it.');
  return state;
}

/**
 * Runs `hook` once the transaction has committed, never when it rolled back. Hooks are for hints (wake a loop, publish on the bus):
 * whatever must survive a crash between commit and hook belongs into the transaction, as an event.
 */
export function afterCommit(tx: Tx, hook: () => void | Promise<void>): void {
  stateOf(tx).afterCommit.push(hook);
}

/** A defect in the calling code, never a user's doing. */
export class DatabaseMisuse extends Error {
  constructor(
    readonly id: string,
    message: string,
  ) {
    super(`${id}: ${message}`);
    this.name = 'DatabaseMisuse';
  }
}

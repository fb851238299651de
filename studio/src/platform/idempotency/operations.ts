import { Injectable } from '@nestjs/common';
import { refuse } from '@maestro/protocol';
import type { Result } from '@maestro/protocol';
import { preparedExecute, rows } from '../database/repository-access.js';
import { afterCommit } from '../database/index.js';
import type { Tx } from '../database/index.js';
import { Failpoints } from '../failpoints/index.js';

/** One mutating JSON-RPC call. `scope` is whose opId it is: two sessions may use the same one. */
export interface Operation {
  readonly scope: string;
  readonly opId: string;
  readonly method: string;
}

/** Makes a mutating JSON-RPC method idempotent by its opId. */
@Injectable()
export class Operations {
  constructor(private readonly failpoints: Failpoints) {}

  /**
   * Does `work` unless this opId was done before, and returns the first result either way. Everything happens in `tx`: the record commits
   * with the effect or not at all, and a concurrent duplicate waits for the first to end. A refusal rolls back with the transaction, so
   * the same opId may be tried again.
   *
   * @param work its value must survive JSON.
   */
  async once<T>(tx: Tx, operation: Operation, work: () => Promise<Result<T>>): Promise<Result<T>> {
    const { scope, opId, method } = operation;
    const first = await preparedExecute(tx, `insert into op_ids (scope, op_id, method, result) values ($1, $2, $3, 'null') on conflict do nothing`, [scope, opId, method]);
    if (first === 0) return this.earlier<T>(tx, operation);
    const done = await work();
    if (!done.ok) return done;
    await preparedExecute(tx, 'update op_ids set result = $3 where scope = $1 and op_id = $2', [scope, opId, JSON.stringify(done.value ?? null)]);
    this.failpoints.reach(`${method}:commit`);
    afterCommit(tx, () => this.failpoints.reach(`${method}:committed`));
    return done;
  }

  private async earlier<T>(tx: Tx, { scope, opId, method }: Operation): Promise<Result<T>> {
    const [found] = await rows<{ method: string; result: T }>(tx, 'select method, result from op_ids where scope = $1 and op_id = $2', [scope, opId]);
    if (found?.method !== method) return refuse('conflict', 'op_id_reused', 'This opId was used for another method. Make a new one for each call.');
    return { ok: true, value: found.result };
  }
}

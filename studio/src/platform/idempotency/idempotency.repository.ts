import { Injectable } from '@nestjs/common';
import { execute, rows } from '../database/repository-access.js';
import type { Reader, Tx } from '../database/index.js';

/** Names one use of an `Idempotency-Key`. */
export interface KeyUse {
  readonly scope: string;
  readonly key: string;
  /** Fences: whoever holds the newest claim may commit. */
  readonly claim: string;
}

export interface KeyRecord {
  readonly claim: string;
  readonly requestHash: Buffer;
  /** The claim is older than the time any request may take, so its process has died. */
  readonly abandoned: boolean;
  readonly hadEffect: boolean;
  readonly status: number | null;
  readonly response: unknown;
}

/** How long a request may hold its key before another may conclude that its process died. */
const ABANDONED_AFTER = '60 seconds';

@Injectable()
export class IdempotencyRepository {
  async claim(tx: Tx, use: KeyUse, requestHash: Buffer): Promise<boolean> {
    const claimed = await execute(
      tx,
      'insert into idempotency_keys (scope, key, claim, request_hash) values ($1, $2, $3, $4) on conflict do nothing',
      [use.scope, use.key, use.claim, requestHash],
    );
    return claimed === 1;
  }

  async find(reader: Reader, scope: string, key: string): Promise<KeyRecord | undefined> {
    const [found] = await rows<KeyRecord>(
      reader,
      `select claim, request_hash as "requestHash", claimed_at < now() - interval '${ABANDONED_AFTER}' as abandoned,
              effect_at is not null as "hadEffect", status, response
         from idempotency_keys where scope = $1 and key = $2`,
      [scope, key],
    );
    return found;
  }

  async takeOver(tx: Tx, use: KeyUse, from: string): Promise<boolean> {
    const sql = `update idempotency_keys set claim = $4, claimed_at = now()
                  where scope = $1 and key = $2 and claim = $3 and effect_at is null and status is null`;
    return (await execute(tx, sql, [use.scope, use.key, from, use.claim])) === 1;
  }

  /** False when the claim was taken over: this transaction must not commit. */
  async markEffect(tx: Tx, use: KeyUse): Promise<boolean> {
    const sql = 'update idempotency_keys set effect_at = coalesce(effect_at, now()) where scope = $1 and key = $2 and claim = $3';
    return (await execute(tx, sql, [use.scope, use.key, use.claim])) === 1;
  }

  async storeAnswer(tx: Tx, use: KeyUse, status: number, response: unknown): Promise<void> {
    const sql = 'update idempotency_keys set status = $4, response = $5 where scope = $1 and key = $2 and claim = $3';
    await execute(tx, sql, [use.scope, use.key, use.claim, status, JSON.stringify(response ?? null)]);
  }

  /** After a refusal or an error nothing has happened, so the key may be tried again. */
  async release(tx: Tx, use: KeyUse): Promise<void> {
    await execute(tx, 'delete from idempotency_keys where scope = $1 and key = $2 and claim = $3 and effect_at is null', [use.scope, use.key, use.claim]);
  }

  async forgetOlderThan(tx: Tx, hours: number): Promise<number> {
    const keys = await execute(tx, 'delete from idempotency_keys where claimed_at < now() - make_interval(hours => $1)', [hours]);
    return keys + (await execute(tx, 'delete from op_ids where created_at < now() - make_interval(hours => $1)', [hours]));
  }
}

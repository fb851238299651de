import { Injectable } from '@nestjs/common';
import { execute, rows } from '../../../platform/database/repository-access.js';
import type { Tx } from '../../../platform/database/index.js';
import { DIMENSIONS } from '../domain/hash-embedding.js';

/** "maestro" and a number: the advisory lock of whoever makes the index. */
const LOCK_KEY = '30787860818063984';

/** pgvector's part of the database. It is made here and not by a migration: the extension may be there today and not yesterday. */
@Injectable()
export class VectorIndexRepository {
  /** Makes extension and index where they are missing. Several studios that start together wait for each other. */
  async ensure(tx: Tx): Promise<void> {
    await rows(tx, `select pg_advisory_xact_lock(${LOCK_KEY})`);
    await execute(tx, 'create extension if not exists vector');
    await execute(tx, `create index if not exists artifacts_embedding_idx on artifacts using hnsw ((embedding::vector(${DIMENSIONS})) vector_cosine_ops) where embedding is not null`);
  }
}

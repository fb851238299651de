export { Database, sqlStateOf, violatesUnique } from './database.js';
export type { Capabilities, TransactionOptions } from './database.js';
export { databaseNow } from './repository-access.js';
export { afterCommit, DatabaseMisuse } from './tx.js';
export type { Reader, Tx } from './tx.js';

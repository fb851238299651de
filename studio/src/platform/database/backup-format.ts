import { z } from 'zod';

/**
 * A backup: lines of JSON. First a header, then for each table its name and columns, followed by its rows; last a line that says how many
 * rows there were, without which it was cut off. A row is the text form of each column, as PostgreSQL itself writes and reads it, so no
 * value passes through a type of ours. `pg_dump` was rejected: the embedded database has none, and its files do not move between the two.
 */
export const BackupHeader = z.object({
  maestroBackup: z.literal(1),
  /** When it was taken, by the database's clock. */
  takenAt: z.string(),
  /** What the schema consisted of; a restore begins with exactly these. */
  migrations: z.array(z.object({ version: z.number().int(), name: z.string(), checksum: z.string() })).min(1),
});
export type BackupHeader = z.infer<typeof BackupHeader>;

export const BackupTable = z.object({ table: z.string(), columns: z.array(z.string()).min(1) });
export const BackupRow = z.array(z.string().nullable());
export const BackupEnd = z.object({ rows: z.number().int() });

/** This is no backup of ours, or not all of one, or nothing that can be restored here. The message is for the person at the terminal. */
export class BackupRefused extends Error {
  readonly id = 'database.backup_refused';
}

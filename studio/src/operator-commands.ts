import { createReadStream } from 'node:fs';
import { chmod, open, rename, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type { Config } from './config/index.js';
import { BackupRefused, backupLines, openDatabase, restoreLines } from './platform/database/index.js';
import type { DatabaseLocation, OpenDatabase } from './platform/database/index.js';
import { locationOf, MIGRATIONS_DIR } from './studio.js';

/** Does its work and answers with a sentence for the person at the terminal. */
type Command = (config: Config, file: string) => Promise<string>;

/** What the program does besides being a studio. Each works on the database that the settings name. */
const COMMANDS = {
  backup: { takes: '<file>', run: backUp },
  restore: { takes: '<file>', run: restore },
  move: { takes: '', run: move },
} as const satisfies Readonly<Record<string, { readonly takes: string; readonly run: Command }>>;

const USAGE = `The studio knows these commands; without one it serves:
  backup <file>   writes everything that is in the database to a file
  restore <file>  fills an empty database from such a file
  move            fills the empty PostgreSQL of DATABASE_URL from the embedded database of MAESTRO_DATA_DIR`;

/** The command that these arguments ask for; `undefined` when they ask for none, a sentence when it is none of ours. */
export function commandOf(args: readonly string[]): { readonly run: (config: Config) => Promise<string> } | { readonly misunderstood: string } | undefined {
  const [name, file = '', ...more] = args.filter((argument) => !argument.startsWith('--'));
  if (name === undefined) return undefined;
  const command = Object.entries(COMMANDS).find(([each]) => each === name)?.[1];
  if (command === undefined || more.length > 0 || (file === '') !== (command.takes === '')) return { misunderstood: USAGE };
  return { run: (config) => command.run(config, file) };
}

async function backUp(config: Config, file: string): Promise<string> {
  return withDatabase(locationOf(config), async ({ dataSource }) => {
    const path = resolve(file);
    const partial = `${path}.partial`;
    try {
      const out = await open(partial, 'w', 0o600);
      await pipeline(Readable.from(withNewlines(backupLines(dataSource))), createGzip(), out.createWriteStream({ flush: true }));
      await rename(partial, path);
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    await chmod(path, 0o600);
    return `Wrote ${path} (${(await stat(path)).size} bytes). Keep it as secret as the database; the secret key is not in it.`;
  });
}

async function restore(config: Config, file: string): Promise<string> {
  const path = resolve(file);
  await stat(path).catch(() => {
    throw new BackupRefused(`There is no file ${path}.`);
  });
  return withDatabase(locationOf(config), async ({ dataSource }) => {
    const rows = await restoreLines(dataSource, MIGRATIONS_DIR, linesOf(path));
    return `Restored ${rows} rows from ${path}. Start the studio with the secret key (MAESTRO_SECRET_KEY) that it had, or everybody has to sign in anew.`;
  });
}

async function move(config: Config): Promise<string> {
  const target = locationOf(config);
  if (target.kind !== 'server') throw new BackupRefused('Name the PostgreSQL to move to with DATABASE_URL.');
  await stat(join(config.dataDir, 'postgres')).catch(() => {
    throw new BackupRefused(`There is no embedded database in ${config.dataDir}. Name its folder with MAESTRO_DATA_DIR.`);
  });
  return withDatabase({ kind: 'embedded', dataDir: config.dataDir }, (source) =>
    withDatabase(target, async ({ dataSource }) => {
      const rows = await restoreLines(dataSource, MIGRATIONS_DIR, backupLines(source.dataSource));
      return `Moved ${rows} rows. The embedded database stays where it is; start the studio with DATABASE_URL from now on. Studios with another data directory need the key in ${join(config.dataDir, 'secret.key')} as MAESTRO_SECRET_KEY.`;
    }),
  );
}

/** As it is found: a backup must not change what it copies. */
async function withDatabase<T>(location: DatabaseLocation, work: (opened: OpenDatabase) => Promise<T>): Promise<T> {
  const onError = (error: unknown): never => {
    throw error;
  };
  const opened = await openDatabase({ location, entities: [], migrationsDir: MIGRATIONS_DIR, leaveSchema: true, onError });
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function* withNewlines(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function* linesOf(path: string): AsyncGenerator<string> {
  const unpacked = createGunzip();
  const reading = pipeline(createReadStream(path), unpacked);
  // Reported below, where somebody listens; until then it must not count as unhandled.
  reading.catch(() => undefined);
  try {
    yield* createInterface({ input: unpacked, crlfDelay: Number.POSITIVE_INFINITY });
    await reading;
  } catch (error) {
    throw new BackupRefused(`${path} is damaged, or no backup: it cannot be unpacked.`, { cause: error });
  }
}

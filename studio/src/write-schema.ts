// Writes migrations/schema.sql: `npm run schema --workspace studio`, after a build.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dumpSchema } from './platform/database/schema-dump.js';
import { openDatabase } from './platform/database/index.js';
import { MIGRATIONS_DIR } from './studio.js';

const opened = await openDatabase({
  location: { kind: 'memory' },
  entities: [],
  migrationsDir: MIGRATIONS_DIR,
  onError: (error) => {
    throw error instanceof Error ? error : new Error(String(error));
  },
});
await writeFile(join(MIGRATIONS_DIR, 'schema.sql'), await dumpSchema(opened.dataSource));
await opened.close();

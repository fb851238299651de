import { afterAll, afterEach, beforeAll, beforeEach, describe, expect } from 'vitest';
import type { Capabilities, Database } from '../platform/database/index.js';
import { backends, emptyDatabase } from './backends.js';
import type { TestBackend } from './backends.js';
import { TestStudio } from './test-studio.js';
import type { TestStudioOptions } from './test-studio.js';

/** A migrated database that every test finds empty. Its members may be used inside hooks and tests only. */
export interface TestDatabase {
  readonly database: Database;
  readonly capabilities: Capabilities;
  /** For arranging and looking at rows behind the repositories' back. */
  query<R>(sql: string, parameters?: readonly unknown[]): Promise<readonly R[]>;
  /** What went wrong in the background so far; taken away, so that the test does not fail on it. */
  takeBackgroundErrors(): readonly unknown[];
}

/** Runs a suite on the embedded database and, when the run was lent one, on PostgreSQL. One boot per suite, emptied before each test. */
export function describeOnBoth(name: string, suite: (db: TestDatabase) => void): void {
  describe.each(backends())(`${name} on $name`, (backend) => {
    let opened: TestBackend;
    beforeAll(async () => {
      opened = await backend.open();
    });
    beforeEach(() => emptyDatabase(opened));
    afterEach(() => expect(opened.backgroundErrors.splice(0)).toEqual([]));
    afterAll(() => opened.close());
    suite({
      get database() {
        return opened.database;
      },
      get capabilities() {
        return opened.database.capabilities;
      },
      query: <R>(sql: string, parameters: readonly unknown[] = []) => opened.dataSource.query<R[]>(sql, [...parameters]),
      takeBackgroundErrors: () => opened.backgroundErrors.splice(0),
    });
  });
}

/** The same with a studio that listens. */
export function describeStudioOnBoth(name: string, suite: (studio: TestStudio) => void, options: TestStudioOptions = {}): void {
  describe.each(backends())(`${name} on $name`, (backend) => {
    const studio = new TestStudio();
    let opened: TestBackend;
    beforeAll(async () => {
      opened = await backend.open();
      await studio.start(opened, options);
    });
    beforeEach(() => emptyDatabase(opened));
    afterEach(() => expect(opened.backgroundErrors.splice(0)).toEqual([]));
    afterAll(async () => {
      await studio.stop();
      await opened.close();
    });
    suite(studio);
  });
}

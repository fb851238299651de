import { startPostgres, startRedis } from '../../../test-support/index.js';

/** What a studio stands on, of the world's own, so that it may be made to fall. */
export interface Servers {
  /** As a power failure would end it, and up again on the same data. */
  readonly crashDatabase: () => Promise<void>;
  /** Everything that it held is gone. */
  readonly crashRedis: () => Promise<void>;
}

export interface OwnServers extends Servers {
  /** Settings of a studio on them. */
  readonly env: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

export async function ownServers(): Promise<OwnServers> {
  const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  return {
    env: { DATABASE_URL: postgres.url, REDIS_URL: redis.url },
    crashDatabase: async () => {
      await postgres.crash();
      await postgres.restart();
    },
    crashRedis: async () => {
      await redis.crash();
      await redis.restart();
    },
    stop: async () => {
      await Promise.all([postgres.stop(), redis.stop()]);
    },
  };
}

import { freePort, startNginx, startRedis } from '../../test-support/index.js';
import type { TestNginx, TestRedis } from '../../test-support/index.js';
import { ROOT } from '../../rig/folders.js';
import { OneStudio } from './studios.js';
import type { Studios } from './studios.js';

const TEMPLATE = `${ROOT}infra/nginx/maestro.conf.template`;

/** The topology of `infra/compose.yml` as processes: two studios on one PostgreSQL and one Redis, behind nginx with the same configuration. */
export class ScaledOut implements Studios {
  private constructor(
    readonly each: readonly [OneStudio, OneStudio],
    readonly redis: TestRedis,
    private readonly proxy: TestNginx,
  ) {}

  /** @param settings name the database; its Redis is one of its own, since it will be killed. */
  static async open(folder: string, settings: Readonly<Record<string, string>>): Promise<ScaledOut> {
    const [redis, first, second] = [await startRedis(), await freePort(), await freePort()];
    const proxy = await startNginx({ template: TEMPLATE, variables: { MAESTRO_STUDIO_1: `127.0.0.1:${first}`, MAESTRO_STUDIO_2: `127.0.0.1:${second}` }, listen: 'MAESTRO_LISTEN' });
    const shared = { ...settings, REDIS_URL: redis.url, MAESTRO_SECRET_KEY: 'shared by all studios of this suite', MAESTRO_PUBLIC_URL: proxy.url, MAESTRO_TRUST_PROXY: 'true' };
    const studios = new ScaledOut([new OneStudio(folder, 'studio-1', shared), new OneStudio(folder, 'studio-2', shared)], redis, proxy);
    // Together, on an empty database: one makes the tables, the other waits for it.
    await Promise.all([studios.each[0].start({}, first), studios.each[1].start({}, second)]);
    return studios;
  }

  get url(): string {
    return this.proxy.url;
  }

  get logFiles(): readonly string[] {
    return this.each.flatMap(({ logFiles }) => logFiles);
  }

  /** Any of them prints one that is good at all of them. */
  get setupUrl(): string | null {
    return this.each[1].setupUrl;
  }

  async kill(): Promise<void> {
    await Promise.all(this.each.map((studio) => studio.kill()));
  }

  async ended(): Promise<void> {
    await Promise.all(this.each.map((studio) => studio.ended()));
  }

  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    await Promise.all(this.each.map((studio) => studio.start(more)));
  }

  async stop(): Promise<void> {
    await Promise.all(this.each.map((studio) => studio.stop()));
    await this.proxy.stop();
    await this.redis.stop();
  }
}

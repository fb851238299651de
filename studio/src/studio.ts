import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { AppModule, ENTITIES } from './app.module.js';
import type { Config } from './config/index.js';
import { InProcessBus, RedisBus } from './platform/bus/index.js';
import type { Bus } from './platform/bus/index.js';
import { SystemClock } from './platform/clock/index.js';
import type { Clock } from './platform/clock/index.js';
import { loadSecretKey } from './platform/crypto/index.js';
import { openDatabase } from './platform/database/index.js';
import type { Database, DatabaseLocation, OpenDatabase } from './platform/database/index.js';
import { failpointsOf } from './platform/failpoints/index.js';
import type { Failpoints } from './platform/failpoints/index.js';
import { assignRequestId, mountApiDocs, Origins, PublicUrl } from './platform/http/index.js';
import { logIdsOfRequest, NestLog, requestLog } from './platform/logging/index.js';
import { httpMetrics, Metrics } from './platform/metrics/index.js';
import { Tracing, traceRequests } from './platform/tracing/index.js';
import type { Collector } from './platform/tracing/index.js';
import { MaestroWsAdapter } from './platform/ws/index.js';
import { shutDown } from './shut-down.js';

/** Where the migrations are, seen from `src` and from `dist` alike. */
export const MIGRATIONS_DIR = fileURLToPath(new URL('../migrations/', import.meta.url));

export interface StudioOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Tests put their own here. */
  readonly clock?: Clock;
  readonly database?: OpenDatabase;
  readonly failpoints?: Failpoints;
  readonly autostartLoops?: boolean;
  /** Starts no feature above this module. */
  readonly highestFeature?: Type;
}

/** A studio that listens. */
export interface Studio {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly port: number;
  /** Sends people elsewhere, lets loops and requests end (see `shutDown`), closes the database. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts a studio: opens what it stands on, wires the features, listens.
 *
 * @throws Error with code EADDRINUSE when the port is taken; DataDirLocked, MigrationError as `openDatabase`.
 */
export async function startStudio(options: StudioOptions): Promise<Studio> {
  const { config, log, clock = new SystemClock(), autostartLoops = true } = options;
  const onError = (error: unknown) => log.error({ err: error }, 'background error');
  const secretKey = await loadSecretKey(config.secretKey, config.dataDir);
  const tracing = await Tracing.to(collectorOf(config));
  const opened = options.database ?? (await openDatabase({ location: locationOf(config), entities: ENTITIES, migrationsDir: MIGRATIONS_DIR, onError }));
  const bus = busOf(config, log);
  const failpoints = options.failpoints ?? failpointsOf(config.failpoint);
  watchTransactions(opened.database, failpoints);
  const closeFoundation = async () => {
    await bus.close();
    await tracing.flush();
    if (options.database === undefined) await opened.close();
  };
  try {
    const foundation = { config, log, clock, bus, tracing, failpoints, autostartLoops, database: opened.database, secretKey };
    const app = await NestFactory.create<NestExpressApplication>(AppModule.of(foundation, options.highestFeature), { logger: new NestLog(log), bodyParser: false, abortOnError: false });
    const address = await listen(app, config, log);
    let stopping: Promise<void> | undefined;
    return { app, ...address, stop: () => (stopping ??= shutDown(app, config).then(closeFoundation)) };
  } catch (error) {
    await closeFoundation();
    throw error;
  }
}

/** Every commit of this studio is two points at which a test can make it die. */
function watchTransactions(database: Database, failpoints: Failpoints): void {
  database.beforeEveryCommit(() => Promise.resolve(failpoints.reach('transaction:commit')));
  database.afterEveryCommit(() => failpoints.reach('transaction:committed'));
}

async function listen(app: NestExpressApplication, config: Config, log: Logger): Promise<{ readonly url: string; readonly port: number }> {
  prepareHttp(app, config, log);
  const server = app.getHttpServer() as Server;
  // Slow headers and slow bodies hold a socket for so long and no longer.
  server.headersTimeout = 15_000;
  server.requestTimeout = 60_000;
  app.useWebSocketAdapter(new MaestroWsAdapter(app));
  try {
    await app.listen(config.port, config.host);
  } catch (error) {
    await app.close();
    throw error;
  }
  const { port } = server.address() as AddressInfo;
  const publicUrl = app.get(PublicUrl);
  publicUrl.listensOn(port);
  app.get(Origins).add(publicUrl.value);
  app.get(Origins).add(`http://127.0.0.1:${port}`);
  return { url: publicUrl.value, port };
}

function prepareHttp(app: NestExpressApplication, config: Config, log: Logger): void {
  if (config.trustProxy) app.set('trust proxy', 1);
  app.disable('x-powered-by');
  app.use(assignRequestId, logIdsOfRequest, traceRequests(app.get(Tracing)), requestLog(log), httpMetrics(app.get(Metrics)));
  app.use(helmet({ contentSecurityPolicy: { directives: CONTENT_SECURITY_POLICY }, strictTransportSecurity: app.get(PublicUrl).isConfiguredSecure }));
  app.useBodyParser('json', { limit: `${config.bodyLimitKb}kb`, strict: true });
  mountApiDocs(app);
}

/** Scripts come from the studio alone; whatever agents and repositories write is shown, never run. */
const CONTENT_SECURITY_POLICY = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  connectSrc: ["'self'", 'ws:', 'wss:'],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  frameAncestors: ["'none'"],
  formAction: ["'self'"],
  upgradeInsecureRequests: null,
};

/** Where the settings say that the database is. */
export function locationOf({ databaseUrl, databasePool, dataDir }: Config): DatabaseLocation {
  return databaseUrl === undefined ? { kind: 'embedded', dataDir } : { kind: 'server', url: databaseUrl, poolSize: databasePool };
}

function busOf({ redisUrl }: Config, log: Logger): Bus {
  const onError = (error: unknown, topic: string) => log.warn({ err: error, topic }, 'bus error');
  if (redisUrl === undefined) return new InProcessBus(onError);
  const onLost = (error: unknown) => log.warn({ err: error }, 'Redis cannot be reached: until it is back, this studio and the others hear of each other by polling alone');
  return new RedisBus(redisUrl, { onError, onLost, onBack: () => log.info('Redis is back') });
}

function collectorOf({ otlpEndpoint, otlpHeaders }: Config): Collector | undefined {
  if (otlpEndpoint === undefined) return undefined;
  const headers = otlpHeaders.map((header) => [header.slice(0, header.indexOf('=')), header.slice(header.indexOf('=') + 1)] as const);
  return { endpoint: otlpEndpoint, headers: Object.fromEntries(headers) };
}

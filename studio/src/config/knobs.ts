import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { failpointText } from './failpoint.js';
import { choice, decimal, flag, integer, list, optionalText, text } from './knob.js';

const url = (protocols: RegExp, wants: string) => z.url({ protocol: protocols, error: wants });
const webUrl = url(/^https?$/, 'a URL such as https://maestro.example.com');

/** Every setting of the studio. To add one, add it here: parsing, defaults, problems and documentation follow. */
export const KNOBS = {
  // Where it listens and how it is reached
  host: text({ env: 'MAESTRO_HOST', unit: 'address', doc: 'Address to listen on. The default is reachable from this machine only.' }, z.string().min(1), '127.0.0.1'),
  port: integer({ env: 'MAESTRO_PORT', unit: 'TCP port', doc: 'Port to listen on. 0 takes any free one.' }, { min: 0, max: 65_535, default: 4680 }),
  publicUrl: optionalText(
    { env: 'MAESTRO_PUBLIC_URL', unit: 'URL', doc: 'Address under which browsers and daemons reach this studio. Invites carry it and are good only there. Behind a proxy it must be set.', defaultText: 'http://127.0.0.1:<port>' },
    webUrl.transform((value) => value.replace(/\/+$/, '')),
  ),
  allowedOrigins: list({ env: 'MAESTRO_ALLOWED_ORIGINS', unit: 'URLs, comma-separated', doc: 'Further origins whose pages may use this studio with a cookie, such as a development server.' }, webUrl),
  trustProxy: flag({ env: 'MAESTRO_TRUST_PROXY', unit: 'true or false', doc: 'Believe X-Forwarded-For of the nearest proxy when limiting sign-in attempts. Only behind a proxy that sets it.' }, false),
  bodyLimitKb: integer({ env: 'MAESTRO_BODY_LIMIT_KB', unit: 'KiB', doc: 'Largest request body.' }, { min: 64, max: 65_536, default: 2_048 }),

  // Where it keeps things
  dataDir: text({ env: 'MAESTRO_DATA_DIR', unit: 'path', doc: 'Holds the embedded database and the generated secret key.', defaultText: '~/.maestro/studio' }, z.string().min(1), join(homedir(), '.maestro', 'studio')),
  databaseUrl: optionalText(
    { env: 'DATABASE_URL', unit: 'URL', doc: 'PostgreSQL 15 or later. Without it the studio runs its own embedded PostgreSQL in the data directory.', secret: true, defaultText: 'embedded' },
    url(/^postgres(ql)?$/, 'a URL such as postgres://user:password@host/database'),
  ),
  databasePool: integer({ env: 'MAESTRO_DATABASE_POOL', unit: 'connections', doc: 'Connections to PostgreSQL. The embedded database always has one.' }, { min: 2, max: 200, default: 20 }),
  redisUrl: optionalText(
    { env: 'REDIS_URL', unit: 'URL', doc: 'Carries hints between several studios. Without it each studio hears of the others by polling.', secret: true, defaultText: 'in-process' },
    url(/^rediss?$/, 'a URL such as redis://host:6379'),
  ),
  secretKey: optionalText(
    { env: 'MAESTRO_SECRET_KEY', unit: 'text', doc: 'Signs tokens; at least 32 characters, the same for all studios of one installation. Changing it signs everybody out.', secret: true, defaultText: 'made at first start and kept in the data directory (mode 0600)' },
    z.string().min(32, 'at least 32 characters').max(1_024),
  ),

  // Who embeds the catalog
  embeddingsUrl: optionalText(
    { env: 'MAESTRO_EMBEDDINGS_URL', unit: 'URL', doc: 'A server that speaks the OpenAI embeddings interface, up to and without `/embeddings`, such as https://api.example.com/v1. It is sent names, signatures and comments of every analysed repository. Without it the catalog compares words and parts of words, in the studio itself.', defaultText: 'none: feature hashing' },
    webUrl.transform((value) => value.replace(/\/+$/, '')),
  ),
  embeddingsModel: optionalText({ env: 'MAESTRO_EMBEDDINGS_MODEL', unit: 'text', doc: 'The model that MAESTRO_EMBEDDINGS_URL is asked for. Changing it embeds every catalog anew.' }, z.string().min(1).max(200)),
  embeddingsKey: optionalText({ env: 'MAESTRO_EMBEDDINGS_KEY', unit: 'text', doc: 'Sent to MAESTRO_EMBEDDINGS_URL as a bearer token.', secret: true, defaultText: 'none' }, z.string().min(1).max(4_096)),

  // What it says
  logLevel: choice({ env: 'MAESTRO_LOG_LEVEL', unit: 'level', doc: 'Least important line that is logged.' }, ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  otlpEndpoint: optionalText(
    { env: 'OTEL_EXPORTER_OTLP_ENDPOINT', unit: 'URL', doc: 'Base address of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318; spans go to `/v1/traces` below it. They hold names, ids, codes and route patterns, never texts. Without it nothing is traced.', defaultText: 'none: no traces' },
    webUrl.transform((value) => value.replace(/\/+$/, '')),
  ),
  otlpHeaders: list({ env: 'OTEL_EXPORTER_OTLP_HEADERS', unit: 'name=value, comma-separated', doc: 'Headers for that collector, such as a key.', secret: true, defaultText: 'none' }, z.string().regex(/^[A-Za-z0-9-]+=.+$/, 'name=value')),
  readyFd: integer(
    { env: 'MAESTRO_READY_FD', unit: 'file descriptor', doc: 'Where to write one line of JSON (url, port, pid, setupUrl) once the studio listens; for whoever started it. `--ready-json` writes it to standard output.', defaultText: 'none' },
    { min: 0, max: 1_023, default: 0 },
  ),
  leashFd: integer(
    { env: 'MAESTRO_LEASH_FD', unit: 'file descriptor', doc: 'A pipe to whoever started the studio: when it closes, because they are gone, the studio stops in good order.', defaultText: 'none' },
    { min: 0, max: 1_023, default: 0 },
  ),

  failpoint: optionalText(
    { env: 'MAESTRO_FAILPOINT', unit: 'point and number', doc: 'For tests: `<point>:<n>` ends this process like a crash when it reaches that point for the n-th time. Points are `transaction:commit` and `transaction:committed`, and the same two of every mutating method, such as `run/finish:committed`.', defaultText: 'none' },
    failpointText,
  ),

  // Signing in
  authAttemptsPerMinute: integer({ env: 'MAESTRO_AUTH_ATTEMPTS_PER_MINUTE', unit: 'attempts per minute', doc: 'Sign-in, set-up and redeem attempts accepted from one address. Refreshes get twelve times as many.' }, { min: 1, max: 10_000, default: 10 }),
  webSessionDays: integer({ env: 'MAESTRO_WEB_SESSION_DAYS', unit: 'days', doc: 'How long a browser stays signed in without being used.' }, { min: 1, max: 365, default: 30 }),
  accessTokenMinutes: integer({ env: 'MAESTRO_ACCESS_TOKEN_MINUTES', unit: 'minutes', doc: 'Life of a daemon\'s access token.' }, { min: 1, max: 60, default: 15 }),
  refreshTokenDays: integer({ env: 'MAESTRO_REFRESH_TOKEN_DAYS', unit: 'days', doc: 'How long a machine stays signed in without being used.' }, { min: 1, max: 365, default: 30 }),
  refreshGraceSeconds: decimal({ env: 'MAESTRO_REFRESH_GRACE_SECONDS', unit: 'seconds', doc: 'How long the refresh token before the current one still gets the current one, so that several processes of a machine may refresh at once.' }, { min: 0, max: 60, default: 10 }),

  // Rhythms. The defaults are for people; tests shorten them.
  leaseSeconds: decimal({ env: 'MAESTRO_LEASE_SECONDS', unit: 'seconds', doc: 'How long a daemon holds a run without renewing.' }, { min: 0.5, max: 600, default: 15 }),
  heartbeatSeconds: decimal({ env: 'MAESTRO_HEARTBEAT_SECONDS', unit: 'seconds', doc: 'How often a daemon renews while it holds runs. At most a third of the lease.' }, { min: 0.1, max: 200, default: 5 }),
  idleHeartbeatSeconds: decimal({ env: 'MAESTRO_IDLE_HEARTBEAT_SECONDS', unit: 'seconds', doc: 'How often a daemon without runs reports.' }, { min: 0.1, max: 600, default: 30 }),
  claimSeconds: decimal({ env: 'MAESTRO_CLAIM_SECONDS', unit: 'seconds', doc: 'How long an offered run waits for its session to claim it.' }, { min: 0.5, max: 600, default: 30 }),
  offerCooldownSeconds: decimal({ env: 'MAESTRO_OFFER_COOLDOWN_SECONDS', unit: 'seconds', doc: 'How long work that a session declined, or did not claim, is not offered to it again; doubles each time, up to twenty times this.' }, { min: 0.1, max: 600, default: 30 }),
  sweepSeconds: decimal({ env: 'MAESTRO_SWEEP_SECONDS', unit: 'seconds', doc: 'How often dispatch looks for due work without having been woken. The safety net behind every push.' }, { min: 0.1, max: 600, default: 15 }),
  backOffSeconds: decimal({ env: 'MAESTRO_BACK_OFF_SECONDS', unit: 'seconds', doc: 'Rest after a first failure; doubles with each further one.' }, { min: 0.01, max: 600, default: 5 }),
  mostBackOffSeconds: decimal({ env: 'MAESTRO_MOST_BACK_OFF_SECONDS', unit: 'seconds', doc: 'Rest after failures that is never exceeded.' }, { min: 0.01, max: 86_400, default: 300 }),
  leaseSweepSeconds: decimal({ env: 'MAESTRO_LEASE_SWEEP_SECONDS', unit: 'seconds', doc: 'How often expired leases are looked for.' }, { min: 0.1, max: 60, default: 1 }),
  eventPollSeconds: decimal({ env: 'MAESTRO_EVENT_POLL_SECONDS', unit: 'seconds', doc: 'How often the event ledger is read without having been woken.' }, { min: 0.05, max: 60, default: 1 }),
  socketPingSeconds: decimal({ env: 'MAESTRO_SOCKET_PING_SECONDS', unit: 'seconds', doc: 'How often an open WebSocket is pinged; one that misses two answers is closed.' }, { min: 0.1, max: 300, default: 20 }),
  drainSeconds: decimal({ env: 'MAESTRO_DRAIN_SECONDS', unit: 'seconds', doc: 'How long the studio goes on serving after SIGTERM while `/readyz` answers 503: as long as whoever asks there needs to send people elsewhere.' }, { min: 0, max: 300, default: 0 }),
  shutdownSeconds: decimal({ env: 'MAESTRO_SHUTDOWN_SECONDS', unit: 'seconds', doc: 'How long requests, sockets and loops may then take to end; what has not is cut off.' }, { min: 0.1, max: 300, default: 10 }),
} as const;

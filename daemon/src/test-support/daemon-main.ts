import { readFileSync } from 'node:fs';
import type { ProjectView } from '@maestro/protocol';
import { readSettings } from '../config/settings.js';
import { startDaemon } from '../daemon.js';
import type { ConnectRequest } from '../features/control/index.js';
import { systemClock } from '../platform/clock.js';
import { openLog } from '../platform/logger.js';

/**
 * The daemon as a process of its own, for tests that kill it: `node daemon-main <file>`, where the file holds what the studio and the
 * command line would have said. Prints one JSON line for each piece of news.
 */
interface Setup {
  readonly machineId: string;
  readonly project: ProjectView;
  readonly request: ConnectRequest;
}

const setup = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as Setup;
const settings = readSettings();
const token = { ok: true, token: 'token' } as const;
const daemon = await startDaemon({
  settings,
  version: '0.0.0-test',
  logger: openLog({ folder: `${settings.home}/logs`, level: 'debug', clock: systemClock() }),
  worker: undefined,
  teams: { make: () => Promise.reject(new Error('no_teams')), close: () => Promise.resolve() },
  tokens: () => Promise.resolve({ access: () => Promise.resolve(token), afterRejection: () => Promise.resolve(token) }),
  project: () => Promise.resolve(setup.project),
  machineId: () => Promise.resolve(setup.machineId),
  onNews: (news) => process.stdout.write(`${JSON.stringify(news)}\n`),
});
if (daemon === 'taken') {
  process.stdout.write('{"kind":"taken"}\n');
} else {
  process.once('SIGTERM', () => void daemon.stop(10_000));
  await daemon.handlers.connect(setup.request);
  await daemon.stopped;
}

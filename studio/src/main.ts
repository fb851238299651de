import { writeSync } from 'node:fs';
import { Socket } from 'node:net';
import { readProcessConfig } from './config/index.js';
import type { Config } from './config/index.js';
import { AccountsService } from './features/accounts/index.js';
import { commandOf } from './operator-commands.js';
import { BackupRefused, DataDirLocked, MigrationError } from './platform/database/index.js';
import { createLog } from './platform/logging/index.js';
import { startStudio } from './studio.js';
import type { Studio } from './studio.js';

/** What went wrong stands on standard error, in a sentence that says what to do. */
const ExitCode = { done: 0, failed: 1, configuration: 2, portTaken: 3, dataDirLocked: 4, migration: 5 } as const;

const STDOUT = 1;
const STDERR = 2;

async function main(): Promise<void> {
  const command = commandOf(process.argv.slice(2));
  if (command !== undefined && 'misunderstood' in command) return leave(ExitCode.configuration, command.misunderstood);
  const read = readProcessConfig();
  if ('problems' in read) {
    const list = read.problems.map(({ env, message }) => `  ${env}: ${message}\n`).join('');
    return leave(ExitCode.configuration, `The studio cannot start with these settings:\n${list}Correct them and start again.`);
  }
  const { config } = read;
  const log = createLog(config.logLevel);
  try {
    if (command !== undefined) return leave(ExitCode.done, await command.run(config));
    const studio = await startStudio({ config, log });
    stopWhenTold(studio, config.leashFd, (why) => log.info({ why }, 'stopping'));
    await announce(studio, config);
  } catch (error) {
    leave(...explain(error, config));
  }
}

/** Tells whoever started the studio, and the person at the terminal, where it is and what to do first. */
async function announce(studio: Studio, config: Config): Promise<void> {
  const accounts = studio.app.get(AccountsService);
  const setupUrl = (await accounts.needsSetup()) ? (await accounts.createSetupLink()).url : null;
  const line = `${JSON.stringify({ ready: true, url: studio.url, port: studio.port, pid: process.pid, setupUrl })}\n`;
  if (config.readyFd > 0) writeSync(config.readyFd, line);
  else if (process.argv.includes('--ready-json')) writeSync(STDOUT, line);
  writeSync(STDERR, `Maestro studio: ${studio.url}\n`);
  if (setupUrl !== null) writeSync(STDERR, `Make the owner's account: ${setupUrl}\n`);
  if (config.databaseUrl === undefined) {
    writeSync(STDERR, 'The embedded database survives a crash of the studio, not a power failure. For that, set DATABASE_URL to a PostgreSQL server.\n');
  }
}

/** The first signal ends in good order, as does the end of whoever started it; a second one does not wait. */
function stopWhenTold(studio: Studio, leashFd: number, onStop: (why: string) => void): void {
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) process.exit(ExitCode.failed);
    stopping = true;
    onStop(why);
    studio.stop().then(
      () => process.exit(0),
      (error: unknown) => leave(ExitCode.failed, `The studio did not stop in good order: ${messageOf(error)}`),
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => stop(signal));
  if (leashFd > 0) new Socket({ fd: leashFd }).on('error', () => undefined).on('close', () => stopping || stop('whoever started it is gone')).resume().unref();
}

function explain(error: unknown, { host, port }: Config): [code: number, sentence: string] {
  if (error instanceof BackupRefused) return [ExitCode.failed, error.message];
  if (error instanceof DataDirLocked) return [ExitCode.dataDirLocked, error.message];
  if (error instanceof MigrationError) return [ExitCode.migration, error.message];
  if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') {
    return [ExitCode.portTaken, `Port ${port} on ${host} is taken, perhaps by another studio. Stop that one, or choose a port with MAESTRO_PORT.`];
  }
  return [ExitCode.failed, `The studio could not start: ${messageOf(error)}`];
}

function messageOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

function leave(code: number, sentence: string): void {
  writeSync(STDERR, `${sentence}\n`);
  process.exit(code);
}

await main();

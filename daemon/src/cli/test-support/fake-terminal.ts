import { Readable, Writable } from 'node:stream';
import { VARIABLES } from '../../config/settings.js';
import type { Settings } from '../../config/settings.js';
import { systemClock } from '../../platform/clock.js';
import type { World } from '../command.js';
import type { Terminal } from '../terminal.js';
import { terminalOf } from '../terminal.js';

/** A terminal whose output is kept. */
export interface FakeTerminal {
  readonly terminal: Terminal;
  readonly stdout: () => string;
  readonly stderr: () => string;
}

export function fakeTerminal(options: { readonly isTTY?: boolean; readonly noColor?: boolean; readonly columns?: number; readonly stdin?: string } = {}): FakeTerminal {
  const { isTTY = false, noColor = false, columns = 80, stdin = '' } = options;
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') =>
    Object.assign(
      new Writable({
        write(chunk: Buffer, _encoding, done) {
          written[name] += chunk.toString('utf8');
          done();
        },
      }),
      { isTTY, columns },
    );
  const input = Object.assign(Readable.from(stdin === '' ? [] : [stdin]), { isTTY });
  return { terminal: terminalOf({ stdin: input, stdout: sink('out'), stderr: sink('err') }, { noColor, dumb: false }), stdout: () => written.out, stderr: () => written.err };
}

/** Surroundings of a command that must touch nothing. */
export function fakeWorld(terminal: Terminal, more: Partial<World> = {}): World {
  const settings: Settings = { home: '/nonexistent/.maestro', userHome: '/nonexistent', path: '/nonexistent/bin', studio: undefined, secretKey: undefined, logLevel: 'info', rehearsal: undefined, collector: undefined,
    diskBudget: undefined, spareLanes: 0, leashFd: 0, failpoint: undefined, noColor: true, dumbTerminal: false, sshAuthSock: undefined, environment: { [VARIABLES.home.name]: '/nonexistent/.maestro' } };
  return {
    terminal,
    settings,
    clock: systemClock(),
    cwd: '/nonexistent',
    version: '1.2.3',
    commandLine: { helpOf: () => Promise.resolve(''), places: () => Promise.resolve([]) },
    json: false,
    interrupt: new AbortController().signal,
    ...more,
  };
}

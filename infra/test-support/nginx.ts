import { readFile, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { findNginx } from './binaries.js';
import { onFreePort } from './free-port.js';
import { startServer } from './server-process.js';
import type { ServerProcess } from './server-process.js';
import { makeTempFolder } from './temp-folder.js';

/** An nginx of the test's own, on loopback, gone when the test ends. */
export interface TestNginx {
  readonly url: string;
  stop(): Promise<void>;
}

export interface NginxOptions {
  /** A file for the `http` block, in which `${NAME}` stands for a variable. */
  readonly template: string;
  readonly variables: Readonly<Record<string, string>>;
  /** The variable that is given the address to listen on. */
  readonly listen: string;
}

/** @throws Error when the program is not installed; ask `findNginx()` first to skip instead. */
export async function startNginx(options: NginxOptions): Promise<TestNginx> {
  const program = findNginx();
  if (program === undefined) throw new Error('nginx is not installed: it is neither in PATH nor in /usr/sbin');
  const folder = await makeTempFolder('nginx');
  const start = async (port: number): Promise<ServerProcess> => {
    const site = fill(await readFile(options.template, 'utf8'), { ...options.variables, [options.listen]: `127.0.0.1:${port}` });
    await writeFile(join(folder.path, 'nginx.conf'), configuration(folder.path, site));
    const args = ['-p', folder.path, '-c', join(folder.path, 'nginx.conf'), '-e', join(folder.path, 'server.log')];
    return startServer({ program, args, folder: folder.path, logFile: join(folder.path, 'server.log'), isReady: () => accepts(port) });
  };
  try {
    const { server, port } = await onFreePort(start);
    return {
      url: `http://127.0.0.1:${port}`,
      async stop() {
        await server.end('SIGTERM');
        await folder.remove();
      },
    };
  } catch (error) {
    await folder.remove();
    throw error;
  }
}

/** As envsubst does for the official image: only variables that are given, so that nginx keeps its own. */
function fill(template: string, variables: Readonly<Record<string, string>>): string {
  return template.replaceAll(/\$\{([A-Z][A-Z0-9_]*)\}/g, (whole, name: string) => variables[name] ?? whole);
}

/** One process, which the test ends by its id, and nothing outside the folder. */
function configuration(folder: string, site: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${folder}/${name};`).join(' ');
  return `daemon off; master_process off; pid ${folder}/nginx.pid;\nevents { worker_connections 1024; }\nhttp {\naccess_log off; ${temporary}\n${site}\n}\n`;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const done = (up: boolean): void => {
      socket.destroy();
      resolve(up);
    };
    socket.once('error', () => done(false));
    socket.once('connect', () => done(true));
  });
}

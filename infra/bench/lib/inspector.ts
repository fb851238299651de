import { readFile } from 'node:fs/promises';
import { WebSocket } from 'ws';

/** Has a program that was started with `--inspect=127.0.0.1:0` collect its garbage. @param logFile where it said its address. */
export async function collectGarbage(logFile: string): Promise<void> {
  const addresses = [...(await readFile(logFile, 'utf8')).matchAll(/Debugger listening on (ws:\/\/\S+)/g)];
  const address = addresses.at(-1)?.[1];
  if (address === undefined) throw new Error('bench.no_inspector: the program did not say where its inspector listens');
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.on('open', () => socket.send(JSON.stringify({ id: 1, method: 'HeapProfiler.collectGarbage' })));
    socket.on('message', (data) => {
      if ((JSON.parse((data as Buffer).toString()) as { id?: number }).id === 1) resolve();
    });
  });
  socket.terminate();
}

/** Resident bytes of a process, from the kernel. */
export async function residentBytes(pid: number): Promise<number> {
  const found = /^VmRSS:\s+(\d+) kB$/m.exec(await readFile(`/proc/${pid}/status`, 'utf8'));
  if (found === null) throw new Error('bench.no_memory: the kernel does not say how much memory the process has');
  return Number(found[1]) * 1024;
}

/** The kernel counts processor time in hundredths of a second for whoever asks, whatever it counts in itself (proc(5), `USER_HZ`). */
const TICK_MS = 10;

/** Processor time of a process so far, of all its threads, in its own code and the kernel's. */
export async function processorMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'latin1');
  // The name of the program may hold anything, also parentheses; user and system time are the 12th and 13th field behind it (proc(5)).
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

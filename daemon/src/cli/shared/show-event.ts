import type { RunEventItem } from '@maestro/protocol';
import type { World } from '../command.js';
import { eventLines } from './event-text.js';

/** One event of a run on standard output. */
export function showEvent({ terminal, json }: World, event: RunEventItem): void {
  if (json) terminal.out(JSON.stringify(event));
  else for (const line of eventLines(event, terminal.style)) terminal.out(line);
}

import { queryOptions } from '@tanstack/react-query';
import type { QueryClient } from '@tanstack/react-query';
import type { RunEventItem } from '@maestro/protocol';
import { get, queries } from '../../api/index.js';
import { joinLines, readUpTo } from './domain/lines.js';
import type { Lines } from './domain/lines.js';

/** Lines of one answer; the studio gives no more. */
const PAGE = 1_000;

interface LinesPage {
  readonly data: readonly RunEventItem[];
  readonly nextSeq: number;
}

/** A run's journal. Asked again, it reads on where it stopped; what was read is shown while the rest is still coming. */
export const linesQuery = (runId: string) =>
  queryOptions({
    queryKey: ['run-lines', runId] as const,
    queryFn: ({ client }): Promise<Lines> => readOn(client, runId),
    // Lines never change, and comparing twenty thousand of them deeply is what makes a page stutter.
    structuralSharing: false,
  });

interface Reading {
  readonly lines: Promise<Lines>;
  /** Something was written since the last page was asked for. */
  again: boolean;
}

const readings = new WeakMap<QueryClient, Map<string, Reading>>();

/**
 * One reader for each run, however often it is asked: a run that writes line after line makes its transcript stale faster than an answer
 * comes, and a question that is given up for the next one would never be answered.
 */
function readOn(client: QueryClient, runId: string): Promise<Lines> {
  const ofClient = readings.get(client) ?? new Map<string, Reading>();
  readings.set(client, ofClient);
  const underWay = ofClient.get(runId);
  if (underWay !== undefined) {
    underWay.again = true;
    return underWay.lines;
  }
  const wanted = { again: true };
  const lines = readAll(client, runId, wanted).finally(() => ofClient.delete(runId));
  ofClient.set(runId, Object.assign(wanted, { lines }));
  return lines;
}

async function readAll(client: QueryClient, runId: string, wanted: { again: boolean }): Promise<Lines> {
  const { queryKey } = linesQuery(runId);
  let lines: Lines = client.getQueryData<Lines>(queryKey) ?? [];
  const isFirst = lines.length === 0;
  while (wanted.again) {
    wanted.again = false;
    // From the first gap: a batch that got lost on its way to the studio comes later.
    for (let after = readUpTo(lines), full = true; full; ) {
      const page = await get<LinesPage>(`/runs/${runId}/events?after=${after}&limit=${PAGE}`);
      lines = joinLines(lines, page.data);
      client.setQueryData(queryKey, lines);
      after = page.nextSeq;
      full = page.data.length === PAGE;
      if (!isFirst && page.data.some(({ kind }) => kind === 'usage' || kind === 'phase')) void client.invalidateQueries({ queryKey: queries.run(runId).queryKey });
    }
  }
  return lines;
}

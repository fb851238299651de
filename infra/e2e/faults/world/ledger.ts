import type { EventPage, EventView, PlanTree, RunEventItem, RunView } from '@maestro/protocol';
import type { Api } from '../../../rig/api.js';
import type { FinalState, LedgerRecord } from '../history/history.js';
import type { Ground } from './fleet.js';

/** What the studio says afterwards: all that happened, in order, and where everything stands. */
export async function readStudio(api: Api, { project, plan }: Ground): Promise<{ readonly ledger: readonly LedgerRecord[]; readonly final: FinalState }> {
  const ledger = (await eventsOf(api, project)).map(({ kind, runId, taskId, planId, payload }) => ({ kind, run: runId, task: taskId, plan: planId, payload }));
  const runs = await runsOf(api, project);
  const tree = await api.get<PlanTree>(`/plans/${plan}`);
  const journals: FinalState['journals'][number][] = [];
  for (const { id } of runs) journals.push({ run: id, lines: await linesOf(api, id) });
  return {
    ledger,
    final: {
      runs: runs.map(({ id, taskId, status, epoch }) => ({ id, task: taskId, status, epoch })),
      tasks: tree.tasks.map(({ id, key, status, revisions }) => ({ id, key, status, revisions })),
      journals,
    },
  };
}

async function eventsOf(api: Api, project: string): Promise<readonly EventView[]> {
  const events: EventView[] = [];
  for (let cursor = ''; ; ) {
    const page = await api.get<EventPage>(`/events?projectId=${project}&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    if (page.data.length === 0) return events;
    events.push(...page.data);
    cursor = page.nextCursor;
  }
}

export async function runsOf(api: Api, project: string): Promise<readonly RunView[]> {
  const runs: RunView[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const page: { data: RunView[]; nextCursor: string | null } = await api.get(`/projects/${project}/runs?limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`);
    runs.push(...page.data);
    cursor = page.nextCursor;
  }
  return runs;
}

async function linesOf(api: Api, run: string): Promise<FinalState['journals'][number]['lines']> {
  const lines: { seq: number; text: string }[] = [];
  for (;;) {
    const page = await api.get<{ readonly data: readonly RunEventItem[] }>(`/runs/${run}/events?after=${lines.at(-1)?.seq ?? 0}&limit=200`);
    if (page.data.length === 0) return lines;
    lines.push(...page.data.map(({ seq, payload }) => ({ seq, text: typeof payload['text'] === 'string' ? payload['text'] : '' })));
  }
}

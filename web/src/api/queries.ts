import { QueryClient, queryOptions } from '@tanstack/react-query';
import type { ContextFileDiff, ContextFileName, ContextFileView, ChangeSummary, ChangeView, EventPage, EventView, InviteView, KnowledgeAnswer, MemberView, MeView, PauseView, PlanTree, PlanView, ProjectView, RunView, SessionView, SetupStatus, SkillView, TaskDetail, TaskWhy, TeamView } from '@maestro/protocol';
import { readAnalysis } from './analysis.js';
import { readChannel } from './channel.js';
import { Refused, get, list } from './client.js';

/** What is asked of the studio, each under its key. What happens there makes keys stale: see `feed/touched.ts`. */
export const queries = {
  setup: () => queryOptions({ queryKey: ['setup'], queryFn: ({ signal }) => get<SetupStatus>('/setup', signal) }),
  me: () => queryOptions({ queryKey: ['me'], queryFn: ({ signal }) => get<MeView>('/me', signal) }),
  projects: (workspaceId: string) => queryOptions({ queryKey: ['projects', workspaceId], queryFn: ({ signal }) => list<ProjectView>(`/workspaces/${workspaceId}/projects`, signal) }),
  project: (id: string) => queryOptions({ queryKey: ['project', id], queryFn: ({ signal }) => get<ProjectView>(`/projects/${id}`, signal) }),
  plans: (projectId: string) => queryOptions({ queryKey: ['plans', projectId], queryFn: ({ signal }) => list<PlanView>(`/projects/${projectId}/plans`, signal) }),
  plan: (id: string) => queryOptions({ queryKey: ['plan', id], queryFn: ({ signal }) => get<PlanTree>(`/plans/${id}`, signal) }),
  members: (workspaceId: string) => queryOptions({ queryKey: ['members', workspaceId], queryFn: ({ signal }) => list<MemberView>(`/workspaces/${workspaceId}/members`, signal) }),
  skills: (workspaceId: string) => queryOptions({ queryKey: ['skills', workspaceId], queryFn: ({ signal }) => list<SkillView>(`/workspaces/${workspaceId}/skills`, signal) }),
  invites: (workspaceId: string) => queryOptions({ queryKey: ['invites', workspaceId], queryFn: ({ signal }) => list<InviteView>(`/workspaces/${workspaceId}/invites`, signal) }),
  task: (id: string) => queryOptions({ queryKey: ['task', id], queryFn: ({ signal }) => get<TaskDetail>(`/tasks/${id}`, signal) }),
  taskRuns: (id: string) => queryOptions({ queryKey: ['task', id, 'runs'], queryFn: ({ signal }) => list<RunView>(`/tasks/${id}/runs`, signal) }),
  taskEvents: (id: string) => queryOptions({ queryKey: ['task', id, 'events'], queryFn: ({ signal }) => history(`taskId=${id}`, signal) }),
  taskChanges: (id: string) => queryOptions({ queryKey: ['task', id, 'changes'], queryFn: ({ signal }) => get<readonly ChangeSummary[]>(`/tasks/${id}/changes`, signal) }),
  /** Of one head, it changes only while its last parts are on their way. */
  taskChange: (id: string, head: string) => queryOptions({ queryKey: ['task', id, 'changes', head], queryFn: ({ signal }) => get<ChangeView>(`/tasks/${id}/changes/${head}`, signal) }),
  run: (id: string) => queryOptions({ queryKey: ['run', id], queryFn: ({ signal }) => get<RunView>(`/runs/${id}`, signal) }),
  why: (taskId: string) => queryOptions({ queryKey: ['why', taskId], queryFn: ({ signal }) => get<TaskWhy>(`/tasks/${taskId}/why`, signal) }),
  /** The newest runs of a project, as many as one answer holds: enough to say which machine is at which task. */
  latestRuns: (projectId: string) => queryOptions({ queryKey: ['runs', projectId, 'latest'], queryFn: async ({ signal }) => (await get<{ readonly data: readonly RunView[] }>(`/projects/${projectId}/runs?limit=200`, signal)).data }),
  sessions: (projectId: string) => queryOptions({ queryKey: ['sessions', projectId], queryFn: ({ signal }) => list<SessionView>(`/projects/${projectId}/sessions`, signal) }),
  /** What is paused in a project: its workspace, itself, its sessions. */
  pauses: (projectId: string) => queryOptions({ queryKey: ['pauses', projectId], queryFn: async ({ signal }) => (await get<{ readonly data: readonly PauseView[] }>(`/projects/${projectId}/pauses`, signal)).data }),
  teams: (projectId: string) => queryOptions({ queryKey: ['teams', projectId], queryFn: async ({ signal }) => (await get<{ readonly data: readonly TeamView[] }>(`/projects/${projectId}/teams`, signal)).data }),
  channel: (teamId: string) => queryOptions({ queryKey: ['channel', teamId], queryFn: ({ client, queryKey, signal }) => readChannel(client, queryKey, teamId, signal) }),
  analysis: (projectId: string) => queryOptions({ queryKey: ['analysis', projectId], queryFn: ({ signal }) => readAnalysis(projectId, signal) }),
  contextFiles: (projectId: string) => queryOptions({ queryKey: ['context', projectId], queryFn: ({ signal }) => get<readonly ContextFileView[]>(`/projects/${projectId}/context-files`, signal) }),
  contextVersions: (projectId: string, name: ContextFileName) => queryOptions({ queryKey: ['context', projectId, name], queryFn: ({ signal }) => get<readonly ContextFileView[]>(`/projects/${projectId}/context-files/${name}/versions`, signal) }),
  contextText: (projectId: string, name: ContextFileName, version: number) => queryOptions({ queryKey: ['context', projectId, name, version], queryFn: ({ signal }) => get<ContextFileView>(`/projects/${projectId}/context-files/${name}/versions/${version}`, signal) }),
  contextDiff: (projectId: string, name: ContextFileName, from: number, to: number) => queryOptions({ queryKey: ['context', projectId, name, 'diff', from, to], queryFn: ({ signal }) => get<ContextFileDiff>(`/projects/${projectId}/context-files/${name}/diff?from=${from}&to=${to}`, signal) }),
  /** @param question the search as parameters: `q`, and what narrows it. */
  knowledge: (projectId: string, question: string) => queryOptions({ queryKey: ['knowledge', projectId, question], queryFn: ({ signal }) => get<KnowledgeAnswer>(`/projects/${projectId}/knowledge?${question}`, signal) }),
};

/** Everything that happened to one thing but the lines of transcripts, oldest first. */
async function history(filter: string, signal: AbortSignal): Promise<EventView[]> {
  const found: EventView[] = [];
  for (let cursor = '', pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await get<EventPage>(`/events?${filter}&without=run/output&limit=200${cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`}`, signal);
    found.push(...page.data);
    // A feed has no end: a page that is not full is the last one there is now.
    if (page.data.length < 200) break;
    cursor = page.nextCursor;
  }
  return found;
}

/** Twenty thousand events of one thing are a defect, and must not fill the memory. */
const MOST_PAGES = 100;

const MINUTE = 60_000;
const RETRIES = 3;

/**
 * Whether asking again without a cause would only get the same refusal. Such a question rests until a person asks it again: asking by
 * itself would take the refusal off the screen for a moment, and with it the form into which somebody types their password.
 */
export function isRefused(error: unknown): boolean {
  return error instanceof Refused && error.status < 500;
}

/** The cache of everything asked. The feed keeps it fresh; the slow poll behind it costs little and heals whatever the feed missed. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: MINUTE,
        refetchInterval: ({ state }) => (isRefused(state.error) ? false : MINUTE),
        refetchOnWindowFocus: ({ state }) => !isRefused(state.error),
        refetchOnReconnect: ({ state }) => !isRefused(state.error),
        retry: (failures, error) => !isRefused(error) && failures < RETRIES,
      },
    },
  });
}

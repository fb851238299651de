import {
  AnalysisView, AnswerTask, ApproveTask, AssignTask, CancelRun, CommentTask, CommentView, CreatePlan, CreateProject, DeclineTask, ImportPlan, MeView, PageQuery,
  Nothing, PauseDispatch, PauseList, PausePlan, PauseView, PlanPage, PlanPreview, PlanTree, PlanView, ProjectLookupQuery, ProjectPage, ProjectView, RetryTask, RunEventPage, RunPage, RunView, SessionPage,
  StartAnalysis, StartTask, SteerRun, TaskDetail, TaskView, TaskWhy, UnblockTask, UpdateProject, MemberPage, ExportQuery,
  ChannelMessage, ChannelPage, ChannelQuery, ClearedSteering, MakeTeam, PostToChannel, TeamView,
} from '@maestro/protocol';
import { z } from 'zod';
import { endpoint } from './endpoint.js';

const whatever = z.unknown();
const EventQuery = z.object({ after: z.number().int().min(0).optional(), limit: z.number().int().min(1).max(1_000).optional() });

/** What the command line uses of the studio's HTTP interface, one line each. */
export const ENDPOINTS = {
  me: endpoint('GET', '/me', { answer: MeView }),
  members: endpoint('GET', '/workspaces/{workspace}/members', { query: PageQuery.partial(), answer: MemberPage }),

  projects: endpoint('GET', '/workspaces/{workspace}/projects', { query: PageQuery.partial(), answer: ProjectPage }),
  createProject: endpoint('POST', '/workspaces/{workspace}/projects', { body: CreateProject, answer: ProjectView }),
  lookupProject: endpoint('GET', '/projects/lookup', { query: ProjectLookupQuery, answer: ProjectView }),
  project: endpoint('GET', '/projects/{project}', { answer: ProjectView }),
  updateProject: endpoint('PATCH', '/projects/{project}', { body: UpdateProject, answer: ProjectView }),
  pauseProject: endpoint('POST', '/projects/{project}/pause', { body: PauseDispatch, answer: PauseView }),
  resumeProject: endpoint('POST', '/projects/{project}/resume', { answer: Nothing }),
  pauses: endpoint('GET', '/projects/{project}/pauses', { answer: PauseList }),
  pauseWorkspace: endpoint('POST', '/workspaces/{workspace}/pause', { body: PauseDispatch, answer: PauseView }),
  resumeWorkspace: endpoint('POST', '/workspaces/{workspace}/resume', { answer: Nothing }),
  pauseSession: endpoint('POST', '/agent-sessions/{session}/pause', { body: PauseDispatch, answer: PauseView }),
  resumeSession: endpoint('POST', '/agent-sessions/{session}/resume', { answer: Nothing }),
  sessions: endpoint('GET', '/projects/{project}/sessions', { query: PageQuery.partial(), answer: SessionPage }),

  startAnalysis: endpoint('POST', '/projects/{project}/analysis', { body: StartAnalysis, answer: AnalysisView }),
  analysis: endpoint('GET', '/projects/{project}/analysis', { answer: AnalysisView }),

  plans: endpoint('GET', '/projects/{project}/plans', { query: PageQuery.partial(), answer: PlanPage }),
  createPlan: endpoint('POST', '/projects/{project}/plans', { body: CreatePlan, answer: PlanView }),
  importPlan: endpoint('POST', '/projects/{project}/plans/import', { body: ImportPlan, answer: PlanTree }),
  replacePlan: endpoint('POST', '/plans/{plan}/import', { body: ImportPlan, answer: PlanTree }),
  plan: endpoint('GET', '/plans/{plan}', { answer: PlanTree }),
  exportPlan: endpoint('GET', '/plans/{plan}/export', { query: ExportQuery.partial(), answer: whatever }),
  activatePlan: endpoint('POST', '/plans/{plan}/activate', { answer: PlanView }),
  pausePlan: endpoint('POST', '/plans/{plan}/pause', { body: PausePlan, answer: PlanView }),
  resumePlan: endpoint('POST', '/plans/{plan}/resume', { answer: PlanView }),
  cancelPlan: endpoint('POST', '/plans/{plan}/cancel', { answer: PlanView }),
  releasePlan: endpoint('POST', '/plans/{plan}/release', { answer: PlanView }),
  cancelRelease: endpoint('POST', '/plans/{plan}/cancel-release', { answer: PlanView }),
  archivePlan: endpoint('POST', '/plans/{plan}/archive', { answer: PlanView }),
  retryBootstrap: endpoint('POST', '/plans/{plan}/retry-bootstrap', { answer: PlanView }),
  validateAgain: endpoint('POST', '/plans/{plan}/validate-again', { answer: PlanView }),
  previewPlan: endpoint('POST', '/plans/{plan}/preview', { answer: PlanPreview }),

  task: endpoint('GET', '/tasks/{task}', { answer: TaskDetail }),
  why: endpoint('GET', '/tasks/{task}/why', { answer: TaskWhy }),
  assignTask: endpoint('POST', '/tasks/{task}/assign', { body: AssignTask, answer: TaskView }),
  myTasks: endpoint('GET', '/workspaces/{workspace}/my-tasks', { answer: z.array(TaskView) }),
  acceptTask: endpoint('POST', '/tasks/{task}/accept', { body: StartTask, answer: TaskView }),
  declineTask: endpoint('POST', '/tasks/{task}/decline', { body: DeclineTask, answer: TaskView }),
  answerTask: endpoint('POST', '/tasks/{task}/answer', { body: AnswerTask, answer: TaskView }),
  retryTask: endpoint('POST', '/tasks/{task}/retry', { body: RetryTask, answer: TaskView }),
  approveTask: endpoint('POST', '/tasks/{task}/approve', { body: ApproveTask, answer: TaskView }),
  unblockTask: endpoint('POST', '/tasks/{task}/unblock', { body: UnblockTask, answer: TaskView }),
  cancelTask: endpoint('POST', '/tasks/{task}/cancel', { answer: TaskView }),
  startTask: endpoint('POST', '/tasks/{task}/start', { body: StartTask, answer: TaskView }),
  stopTask: endpoint('POST', '/tasks/{task}/stop', { body: DeclineTask, answer: TaskView }),
  commentTask: endpoint('POST', '/tasks/{task}/comments', { body: CommentTask, answer: z.array(CommentView) }),

  runs: endpoint('GET', '/projects/{project}/runs', { query: PageQuery.partial(), answer: RunPage }),
  taskRuns: endpoint('GET', '/tasks/{task}/runs', { query: PageQuery.partial(), answer: RunPage }),
  run: endpoint('GET', '/runs/{run}', { answer: RunView }),
  runEvents: endpoint('GET', '/runs/{run}/events', { query: EventQuery, answer: RunEventPage }),
  cancelRun: endpoint('POST', '/runs/{run}/cancel', { body: CancelRun, answer: RunView }),
  steerRun: endpoint('POST', '/runs/{run}/steer', { body: SteerRun, answer: RunView }),

  makeTeam: endpoint('POST', '/agent-sessions/{session}/team', { body: MakeTeam, answer: TeamView }),
  team: endpoint('GET', '/teams/{team}', { answer: TeamView }),
  channel: endpoint('GET', '/teams/{team}/messages', { query: ChannelQuery.partial(), answer: ChannelPage }),
  closeTeam: endpoint('POST', '/teams/{team}/close', { answer: TeamView }),
  postToChannel: endpoint('POST', '/teams/{team}/messages', { body: PostToChannel, answer: ChannelMessage }),
  clearSteering: endpoint('DELETE', '/teams/{team}/steering', { answer: ClearedSteering }),
} as const;

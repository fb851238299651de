import { z } from 'zod';
import { Instant } from '../ids.js';

/** What can be paused besides a plan, whose pause is a state of its own. */
export const PauseScope = { workspace: 'workspace', project: 'project', session: 'session' } as const;
export type PauseScope = (typeof PauseScope)[keyof typeof PauseScope];

/** `POST …/pause` of a workspace, a project or a session. */
export const PauseDispatch = z.strictObject({ why: z.string().trim().max(500).default('') });
export type PauseDispatch = z.input<typeof PauseDispatch>;

/** Nothing new begins there. What is at work goes on. */
export const PauseView = z.object({
  scope: z.enum(PauseScope),
  /** Id of the workspace, project or session. */
  subject: z.uuid(),
  /** Name of the person who paused it. */
  by: z.string(),
  why: z.string(),
  at: Instant,
});
export type PauseView = z.infer<typeof PauseView>;

/** `GET /projects/{id}/pauses`: the workspace's, the project's, and those of its sessions; the widest first. */
export const PauseList = z.object({ data: z.array(PauseView) });
export type PauseList = z.infer<typeof PauseList>;

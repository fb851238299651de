import { z } from 'zod';
import { EventKind } from '../events.js';
import { Instant, PlanId, ProjectId, RunId, TaskId, WorkspaceId } from '../ids.js';

/** Who caused an event. `name` is as it was then: history does not change when a person is renamed. */
export const Actor = z.discriminatedUnion('type', [
  z.object({ type: z.literal('user'), id: z.string(), name: z.string() }),
  z.object({ type: z.literal('session'), id: z.string(), name: z.string() }),
  /** The studio itself; `name` says which part, such as `dispatch`. */
  z.object({ type: z.literal('system'), name: z.string() }),
]);
export type Actor = z.infer<typeof Actor>;

export const EventView = z.object({
  /** The position behind this event. Opaque; resume from it. */
  cursor: z.string(),
  at: Instant,
  kind: z.string(),
  actor: Actor,
  workspaceId: WorkspaceId.nullable(),
  projectId: ProjectId.nullable(),
  planId: PlanId.nullable(),
  taskId: TaskId.nullable(),
  runId: RunId.nullable(),
  payload: z.record(z.string(), z.unknown()),
});
export type EventView = z.infer<typeof EventView>;

/** Which events: only those of these things. Without any, all that the caller may follow. */
export const EventFilter = z.object({
  workspaceId: WorkspaceId.optional(),
  projectId: ProjectId.optional(),
  planId: PlanId.optional(),
  taskId: TaskId.optional(),
  runId: RunId.optional(),
  /** All but this kind: `run/output` comes line by line, and tells only those who read the transcript. */
  without: z.enum(EventKind).optional(),
});
export type EventFilter = z.infer<typeof EventFilter>;

/** Query of `GET /events`. Without a cursor: from the beginning. */
export const EventQuery = EventFilter.extend({ cursor: z.string().max(100).optional(), limit: z.coerce.number().int().min(1).max(200).default(50) });
export type EventQuery = z.input<typeof EventQuery>;

/** A feed has no end: `nextCursor` is always the position to ask from next, and `data` is empty when there is nothing new. */
export const EventPage = z.object({ data: z.array(EventView), nextCursor: z.string() });
export type EventPage = z.infer<typeof EventPage>;

/**
 * What `/ws/events` sends; it takes the query of `GET /events` (without `limit`) and sends, from the cursor on, what was missed and then
 * what happens. Without a cursor it starts at the present. It listens to nothing.
 */
export const EventFrame = z.discriminatedUnion('type', [
  z.object({ type: z.literal('event'), event: EventView }),
  /** Everything up to here was sent; from now on it is live. Also sent now and then while nothing happens, so that the cursor does not age. */
  z.object({ type: z.literal('caught_up'), cursor: z.string() }),
]);
export type EventFrame = z.infer<typeof EventFrame>;

import type { MoveTarget, TaskView } from '@maestro/protocol';
import type { TaskAction } from './actions.js';

/** What a person said in answer to what the action asks for. */
export interface Input {
  /** Where to run; none is anywhere. */
  readonly session?: string;
  /** Whom to offer it to; `null` takes it back from whoever has it. */
  readonly member?: string | null;
  readonly text?: string;
}

/** A request that carries out an action, for `post`. */
export interface ActionRequest {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

type Asked = Pick<TaskView, 'id' | 'head'>;

export function requestOf(action: TaskAction, { id, head }: Asked, { session, member, text }: Input): ActionRequest {
  const path = (name: string): string => `/tasks/${id}/${name}`;
  switch (action) {
    case 'accept':
    case 'start':
      return { path: path(action), body: session === undefined ? {} : { session } };
    case 'decline':
    case 'stop':
      return { path: path(action), body: { why: text ?? '' } };
    case 'answer':
      return { path: path(action), body: { text: text ?? '' } };
    case 'approve':
      return { path: path(action), body: { head, ...noteOf(text) } };
    case 'retry':
      return { path: path(action), body: noteOf(text) };
    case 'assign':
      return { path: path(action), body: { member: member ?? null } };
    case 'cancel':
      return { path: path(action), body: {} };
    case 'confirm':
    case 'drop_dependencies':
    case 'treat_as_done':
      return { path: path('unblock'), body: { action } };
  }
}

/** The same as a move on the board: the studio makes the event of it. The head is the one that was shown, so that nothing newer slips through. */
export function moveRequestOf(to: MoveTarget, action: TaskAction, { id, head }: Asked, { session, text }: Input): ActionRequest {
  return { path: `/tasks/${id}/move`, body: { to, ...(session === undefined ? {} : { session }), ...(action === 'approve' ? { head } : {}), ...noteOf(text) } };
}

function noteOf(text: string | undefined): { readonly note?: string } {
  return text === undefined || text.trim() === '' ? {} : { note: text.trim() };
}

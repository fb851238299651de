import type { EventView, TaskStatus } from '@maestro/protocol';

/** One thing that happened to a task, as people read it. */
export type ActivityLine =
  | { readonly kind: 'comment'; readonly id: string; readonly at: string; readonly who: string; readonly text: string; readonly forAgent: boolean }
  | {
      readonly kind: 'fact';
      readonly id: string;
      readonly at: string;
      /** A sentence without its dot, beginning with whoever did it where that is not the studio itself. */
      readonly text: string;
      /** Where the task stood from then on, when that changed. */
      readonly status?: TaskStatus;
      /** What was said with it. */
      readonly more?: string;
      readonly runId?: string;
    };

/**
 * The history of a task in words. What the reader cannot use (the lease of a run, a run that was offered and taken at once) is left out:
 * the list of runs has it all.
 *
 * @param nameOf the name of a member, when it is known.
 */
export function activityOf(events: readonly EventView[], nameOf: (memberId: string) => string | undefined = () => undefined): readonly ActivityLine[] {
  return events.flatMap((event) => lineOf(event, nameOf) ?? []);
}

function lineOf(event: EventView, nameOf: (memberId: string) => string | undefined): ActivityLine | undefined {
  const { kind, cursor: id, at, runId } = event;
  const read = (name: string): string => textOf(event.payload[name]);
  const who = event.actor.name;
  const fact = (text: string, rest: { readonly status?: TaskStatus; readonly more?: string } = {}): ActivityLine => {
    const { more = '', ...others } = rest;
    return { kind: 'fact', id, at, text, ...others, ...(more === '' ? {} : { more }), ...(runId === null ? {} : { runId }) };
  };
  switch (kind) {
    case 'task/comment':
      return { kind: 'comment', id, at, who: commenter(event), text: read('text'), forAgent: event.payload['forAgent'] === true };
    case 'task/created':
      return fact(`${who} added the task`);
    case 'task/status':
      return statusLine(event, fact);
    case 'task/edited':
      return event.payload['because'] === 'text_edited' ? fact(`${who} changed the text`) : undefined;
    case 'task/offered':
      return fact(`${who} offered it to ${nameOf(read('member')) ?? 'a member'}`);
    case 'task/granted':
      return fact(`${who} granted one more ${read('grant')}`);
    case 'task/answered':
      return fact(`${who} answered`, { more: read('text') });
    case 'task/budget':
      return fact('The budget is nearly spent', { more: read('sentence') });
    case 'run/created':
      return fact(`Offered to ${read('sessionName')} ${offeredFor(read('purpose'))}`);
    case 'run/status':
      return runLine(event, fact);
    case 'run/steered':
      return fact(`${who} told the agent`, { more: read('text') });
    case 'review/verdict':
      return fact(`${who} ${verdictWords(read('verdict'))}`, { more: read('summary') });
    case 'merge/landed':
      return fact(`Landed as ${read('commit').slice(0, 12)}`);
    case 'merge/found':
      return fact(`Found on the epic branch as ${read('commit').slice(0, 12)}`);
    default:
      return undefined;
  }
}

type Fact = (text: string, rest?: { readonly status?: TaskStatus; readonly more?: string }) => ActivityLine;

/** What moved the task, by the event of its table. */
const CAUSES: Readonly<Record<string, string>> = {
  activated: 'activated the plan',
  start: 'started it',
  stop: 'stopped it',
  cancel: 'cancelled it',
  retry: 'asked for another round',
  approve: 'approved it by hand',
  confirm: 'confirmed that nothing had to change',
  drop_dependencies: 'dropped what it waited for',
  treat_as_done: 'treated what it waited for as done',
  answer: 'answered its question',
  assigned: 'assigned it',
};

function statusLine({ payload, actor }: EventView, fact: Fact): ActivityLine {
  const to = textOf(payload['to']).split('/')[0] as TaskStatus;
  const cause = actor.type === 'user' ? CAUSES[textOf(payload['because'])] : undefined;
  const text = cause === undefined ? (to === 'blocked' ? undefined : RETURNS[textOf(payload['because'])]) ?? MOVED[to] ?? 'Moved' : `${actor.name} ${cause}`;
  return fact(text, { status: to, more: textOf(payload['sentence']) });
}

/** What sent the work back, where the new standing alone would not tell. */
const RETURNS: Readonly<Record<string, string>> = {
  rejected: 'Sent back by the review',
  conflict: 'Sent back: it conflicts with the epic branch',
  result_failed: 'Sent back: the checks fail on the merged result',
  overlapped: 'To be reviewed again: other work has changed the same places',
  subtask_waited: 'Waits for a subtask',
};

/** A later studio may know other standings. */
const MOVED: Readonly<Partial<Record<TaskStatus, string>>> = {
  draft: 'Became a draft',
  queued: 'Queued',
  in_progress: 'Work began',
  in_review: 'Handed in for review',
  landing: 'Approved, landing',
  blocked: 'Blocked',
  done: 'Done',
  cancelled: 'Cancelled',
};

/** Ends that somebody asks about. How a run that succeeded ended is told by what the task did then. */
const ENDS: Readonly<Record<string, string>> = {
  failed: 'failed',
  timed_out: 'ran out of time',
  stalled: 'stalled',
  lost: 'was lost: its machine went away',
  yielded: 'gave its slot back to wait for a subtask',
  cancelled: 'was cancelled',
  superseded: 'was overtaken by a newer one',
};

function runLine({ payload }: EventView, fact: Fact): ActivityLine | undefined {
  const end = ENDS[textOf(payload['to'])];
  return end === undefined ? undefined : fact(`${purposeWords(textOf(payload['purpose']))} ${end}`, { more: textOf(payload['why']) });
}

const PURPOSES: Readonly<Record<string, string>> = { implement: 'The implementation', review: 'The review', merge: 'The merge' };

function purposeWords(purpose: string): string {
  return PURPOSES[purpose] ?? 'The run';
}

const FOR: Readonly<Record<string, string>> = { implement: 'to be written', review: 'to be reviewed', merge: 'to be merged' };

function offeredFor(purpose: string): string {
  return FOR[purpose] ?? '';
}

function verdictWords(verdict: string): string {
  if (verdict === 'approved') return 'approved it';
  return verdict === 'rejected' ? 'asked for changes' : 'gave no usable verdict';
}

/** Whoever wrote it; the studio itself where a step of it added the comment. */
function commenter({ payload, actor }: EventView): string {
  const { author } = payload;
  return typeof author === 'object' && author !== null && 'name' in author ? textOf(author.name) : actor.name;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

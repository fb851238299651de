import type { Requirement } from './requirement.js';
import { need } from './requirement.js';

/**
 * What people can do to a blocked task besides its code's own actions: the same for every code, so each code's requirement claims it for
 * that code. A stopped task that is assigned goes on, which is an action of its own.
 */
const whileBlocked = (code: string): readonly string[] => [
  `task blocked/${code} + text_edited`,
  `task blocked/${code} + dependencies_edited`,
  ...(code === 'stopped' ? [] : [`task blocked/${code} + assigned`]),
  `task blocked/${code} + accepted`,
  `task blocked/${code} + declined`,
  `task blocked/${code} + unassigned`,
  `task blocked/${code} + cancel {pushing=false}`,
];

/** Every way to be blocked, and every way out of it. */
export const BLOCKED: readonly Requirement[] = [
  need('R-revision-cap', 'The last allowed rejection blocks the task; a person retries with a note, approves the head, edits, assigns or cancels.',
    'task in_review + rejected {capReached=true}', 'task blocked/revision_cap + retry', 'task blocked/revision_cap + approve', ...whileBlocked('revision_cap')),
  need('R-repair-cap', 'The last allowed repair that does not land blocks the task, after a conflict as after a failed validation; retry, approve, edit, assign, cancel.',
    'task landing + conflict {cancelRequested=false,capReached=true}', 'task landing + result_failed {cancelRequested=false,tipPasses=true,capReached=true}',
    'task blocked/repair_cap + retry', 'task blocked/repair_cap + approve', ...whileBlocked('repair_cap')),
  need('R-no-verdict', 'A review without a verdict is done again once, then the task is blocked; a person has it reviewed again, approves, edits, assigns or cancels.',
    'task in_review + no_verdict', 'task blocked/no_verdict + retry', 'task blocked/no_verdict + approve', ...whileBlocked('no_verdict')),
  need('R-differing-verdicts', 'A verdict by tool that the final words contradict is no verdict.', 'task in_review + no_verdict {again=false}'),
  need('R-no-change', 'Work that changes nothing blocks the task; a person confirms it, retries with a note, edits, assigns or cancels.',
    'task in_progress + produced {tree=unchanged}', 'task blocked/no_change + retry', 'task blocked/no_change + confirm', ...whileBlocked('no_change')),
  need('R-no-progress', 'The same work handed in after a rejection blocks the task; a person retries with a note, approves, edits, assigns or cancels.',
    'task in_progress + produced {tree=as_rejected}', 'task blocked/no_progress + retry', 'task blocked/no_progress + approve', ...whileBlocked('no_progress')),
  need('R-attempts', 'An agent that crashes is started again after a rest; after the last attempt the task is blocked, and a retry grants another round.',
    'run running + fail', 'task in_progress + run_failed', 'task blocked/attempts_exhausted + retry', ...whileBlocked('attempts_exhausted')),
  need('R-attempts-review', 'A reviewer that crashes is started again; after the last attempt the task is blocked in review, where a retry goes on.', 'task in_review + run_failed'),
  need('R-attempts-landing', 'A push that the remote refuses is tried again; after the last attempt the task is blocked in landing, where a retry goes on.', 'task landing + run_failed'),
  need('R-attempts-queued', 'A task whose runs never start is blocked where it was queued, and is queued again by a retry.', 'task queued + run_failed {attemptsLeft=false}'),
  need('R-runs-exhausted', 'A task that used up the runs of its life is blocked wherever it is; a retry grants more.',
    'task in_progress|in_review|landing + runs_exhausted {pushing=false}', 'task blocked/runs_exhausted + retry', ...whileBlocked('runs_exhausted')),
  need('R-stopped', 'A person stops a task wherever it is, with its agent; the lane is kept, and it is started again, here or where the person says.',
    'task queued|in_progress|in_review|landing + stop {pushing=false}', 'task blocked/stopped + start', 'run running + cancel {pushing=false}', ...whileBlocked('stopped')),
  need('R-stopped-assign', 'A stopped task that is assigned goes on in its stage, offered to the member.', 'task blocked/stopped + assigned'),
  need('R-run-cancelled', 'A run that a person cancels stops its task, with the lane kept; a run that has ended is cancelled without effect.', 'run succeeded|cancelled + cancel'),
  need('R-dependency-dropped', 'When a task is cancelled those that wait for it are blocked, naming it; a person drops the dependency.',
    'task queued + dependency_cancelled', 'task blocked/dependency_cancelled + dependency_cancelled', 'task blocked/dependency_cancelled + drop_dependencies', ...whileBlocked('dependency_cancelled')),
  need('R-dependency-done', 'A cancelled dependency may be treated as done.', 'task blocked/dependency_cancelled + treat_as_done'),
  need('R-budget', "A task's spent budget stops it wherever it is after a checkpoint; raising the cap lets it go on by itself.",
    'task in_progress|in_review|landing + budget_spent {pushing=false}', 'task blocked/budget + budget_raised', 'task blocked/budget + stop {pushing=false}', ...whileBlocked('budget')),
  need('R-plan-budget', "A plan's spent budget pauses it; raising the cap resumes it, but not a plan that a person paused.",
    'plan active + budget_spent', 'plan paused + budget_raised'),
  need('R-ask-human', 'An agent that asks a person waits without a slot; the answer is in its next prompt. In a review too.',
    'task in_progress|in_review + asked_person', 'task blocked/manual_attention + answer', 'run running + wait', 'run waiting + reason_gone {last=true}',
    'task blocked/manual_attention + stop {pushing=false}', 'run waiting + cancel {pushing=false}', ...whileBlocked('manual_attention')),
  need('R-wrong-action', "An action that does not fit the block is refused with a sentence, and the board offers only what fits."),
];

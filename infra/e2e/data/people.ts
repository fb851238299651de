import type { Requirement } from './requirement.js';
import { need } from './requirement.js';

/** What people do to plans and tasks while they run. */
export const PEOPLE: readonly Requirement[] = [
  need('R-assign', 'A task that is assigned waits for the member, who accepts it or declines it; then its runs are theirs, or anybody\'s.',
    'task queued + assigned', 'task queued + accepted', 'task queued + declined', 'task queued + unassigned'),
  need('R-hand-over', 'A running task that is assigned is handed over with its lane.', 'task in_progress + assigned', 'task in_progress + accepted'),
  need('R-assign-late', 'Assigning in every later stage is recorded, and changes no run.',
    'task in_progress|in_review|landing + declined', 'task in_progress|in_review|landing + unassigned', 'task in_review|landing + assigned', 'task in_review|landing + accepted'),
  need('R-start-now', '"Start now" sends the task to the chosen machine.', 'task queued + start'),
  need('R-edit-queued', 'A text or a dependency edited before the task starts is what its agent gets.', 'task queued + text_edited', 'task queued + dependencies_edited'),
  need('R-edit-restart', 'Editing a running task with "restart" begins anew on the same lane.', 'task in_progress + text_edited {choice=restart}'),
  need('R-edit-tell', 'Editing a running task with "tell" steers its agent.', 'task in_progress + text_edited {choice=tell}'),
  need('R-edit-keep', 'Editing a running task with "keep" leaves its agent alone.', 'task in_progress + text_edited {choice=keep}'),
  need('R-edit-review', 'Editing a task in review begins its review anew, with the new text.', 'task in_review + text_edited'),
  need('R-edit-landing', 'Editing a landing task voids its approval; during the push it is refused.', 'task landing + text_edited {pushing=false}'),
  need('R-edit-done', 'A task that is done, or cancelled, is not edited.'),
  need('R-subtask', 'A subtask is routed like any task. One that the parent waits for is done first, then the parent goes on.',
    'task in_progress + subtask_added', 'task in_progress + subtask_waited {childNeedsParent=false}', 'run running + yield'),
  need('R-subtask-after', 'A subtask that needs its parent, or that a review asks for, comes after it.',
    'task in_progress + subtask_waited {childNeedsParent=true}', 'task in_review + subtask_added', 'task in_review + subtask_waited'),
  need('R-pause', 'A paused plan lets its runs end and begins nothing; resumed it goes on.',
    'plan active + pause {stop=false}', 'plan paused + pause {stop=false}', 'plan paused + resume', 'plan active + resume', 'plan paused + edit'),
  need('R-pause-stop', 'A plan paused with "stop" has its agents stop after a checkpoint, and resumed they go on from their lanes.',
    'plan active + pause {stop=true}', 'plan paused + pause {stop=true}', 'run running + wait', 'run waiting + reason_gone {last=true}'),
  need('R-pause-offers', 'Pausing takes back what is on offer and keeps what waits waiting.', 'run dispatched + plan_paused', 'run dispatched + dispatch_paused', 'run waiting + plan_paused', 'run waiting + reason_gone {last=false}'),
  need('R-cancel-tree', 'Cancelling a task kills its agent with everything it started, also what left its group, within five seconds.', 'task in_progress + cancel {pushing=false}'),
  need('R-cancel-anywhere', 'A task is cancelled wherever it is, and again without effect.', 'task queued|in_review + cancel {pushing=false}', 'task cancelled + cancel'),
  need('R-cancel-runs', 'A run is cancelled before its daemon took it, and before its agent began.', 'run dispatched|claimed + cancel {pushing=false}'),
  need('R-cancel-plan', 'Cancelling a plan, active or paused, ends its tasks and runs and touches no branch of the base.', 'plan active|paused + cancel'),
  need('R-steer', 'Words that a person says to a run reach its agent.'),
  need('R-silent', 'An agent that says nothing for too long has stalled, and one that never ends is timed out; both are tried again.', 'run running + stall', 'run running + time_out'),
  need('R-quota', 'An agent whose limit is used up waits and goes on by itself when it is renewed.', 'run running + wait', 'run waiting + reason_gone {last=true}'),
];

/** What processes that die, or go away, may cost: time, never work. */
export const CRASHES: readonly Requirement[] = [
  ...(['implement', 'review', 'merge'] as const).flatMap((stage) => [
    need(`R-studio-killed-${stage}`, `A studio that is killed during ${stage} and started again loses nothing; the run goes on, and the task lands once.`),
    need(`R-daemon-killed-${stage}`, `A daemon that is killed during ${stage} and started again leaves no process behind, and the task lands once.`),
  ]),
  need('R-studio-restart', 'A studio that is stopped and started in the middle of a run goes on where it was.'),
  need('R-daemon-restart', 'A daemon that is told to stop saves the work of its runs, and goes on from it when it is started again.'),
  need('R-daemon-killed-landing', 'A daemon that dies between any two steps of a landing, one after the other, lands the task once and tells of it once.'),
  need('R-daemon-wrong-clock', 'A machine whose clock is ten minutes off, and jumps back and forth while an agent works, keeps its run and lands it once.'),
  need('R-lost-elsewhere', 'When a machine stays away another takes its work over from the last checkpoint; what comes back late is not counted twice.', 'run lost + cancel {pushing=false}'),
];

/** A lead, its workers, and the people who direct them. */
export const TEAMS: readonly Requirement[] = [
  need('R-team', 'A plan is worked off by a team of processes of its own. A worker that is killed is shown as gone, and its work goes on elsewhere.'),
  need('R-team-steering', 'A directive to the team reaches the agents at work and stands for those that begin, until it is cleared; words to one agent reach that one.'),
  need('R-team-silent', 'A worker that misses its heartbeats is shown as silent, and as at work when it is heard again.'),
  need('R-team-lead-killed', 'When the lead is killed nothing is left of its team five seconds later, neither a worker nor an agent; the next lead goes on with the work.'),
  need('R-team-delegate', 'A lead hands a subtask to one of its workers, and that one does it.'),
  need('R-team-tester', 'A worker hired to test judges by running the change.'),
];

/** Several studios on one database, behind a proxy. */
export const SCALE: readonly Requirement[] = [
  need('R-scale-out', 'Of several studios behind a proxy any may be killed at any time, and Redis lost and emptied: plans go on, and each task lands once.'),
  need('R-scale-rolling', 'Studios that are restarted one after the other lose no request and no run.'),
];

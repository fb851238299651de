import type { Requirement } from './requirement.js';
import { need } from './requirement.js';

/** The way of a task and of a plan when people only watch, decide and release. */
export const WAY: readonly Requirement[] = [
  need(
    'R-main-job', 'A plan is activated, its task is written, reviewed, landed on the epic, and released to the base by a person.',
    'plan draft + activate', 'task draft + activated', 'run dispatched + claim', 'run claimed + start', 'task in_progress + produced {tree=changed}', 'run running + finish',
    'task in_review + approved {current=true}', 'run running + ask_push {allowed=true}', 'task landing + merged', 'plan active + tasks_ended {anyDone=true}',
    'plan active + release {tasks=all_ended}', 'plan releasing + released',
  ),
  need('R-cleanup-archive', 'A released plan leaves no branch of its own behind; it can be archived, once and again.', 'plan completed + archive', 'plan archived + archive'),
  need('R-parallel', 'Two tasks that touch different files are worked on at once, and both land, each once.'),
  need('R-dependencies', 'A task starts only when all that it depends on is done, and builds on their work.'),
  need('R-revision', 'A rejected change goes back with its findings, on the same lane, and lands when it is put right.', 'task in_review + rejected {capReached=false}'),
  need('R-validation-round', 'Failing commands go back to the agent with their output before any review.'),
  need('R-two-plans', 'Two plans of one project are worked on at once, each on its own epic.'),
  need('R-nothing-to-do', 'A plan without tasks, or whose tasks wait in a circle, is not activated, and says why.'),
  need('R-nothing-to-release', 'When every task was cancelled there is nothing to release, and the plan says so.', 'plan active + tasks_ended {anyDone=false}'),
  need('R-own-review', 'When only one machine is connected it reviews its own work, and the review says so.'),
  need('R-other-reviewer', 'When a second machine is there, it reviews, and the review is not called a self-review.'),
  need('R-skills', 'A task that needs a skill waits for a machine that has it, and `why` says what is missing.'),
  need('R-chat', 'A message in the plan chat wakes an architect, whose proposal becomes the plan; a broken one goes back to it, and a question reaches the person.'),
  need('R-setup-hook', 'A run that cannot start says so, and the task is not started.', 'run claimed + could_not_start|fail', 'task queued + run_failed {attemptsLeft=true}'),
  need(
    'R-draft-tasks', 'Tasks of a draft are edited, assigned, answered and removed like any other.',
    'plan draft + edit', 'task draft + text_edited', 'task draft + dependencies_edited', 'task draft + assigned', 'task draft + accepted', 'task draft + declined', 'task draft + unassigned', 'task draft + cancel',
  ),
  need('R-foreign', 'The main job on a repository that nobody here wrote: the package\'s own tests judge every change, and its own files are what changes.',
    'task landing + conflict {cancelRequested=false,capReached=false}', 'plan releasing + released'),
  need('R-npm-start', '`npm start -- --once --json` takes the sample from nothing to released commits, through a rejection, a conflict and a failing test, and ends with a summary and 0.'),
  need('R-npm-start-killed', 'A start that is killed leaves nothing at work: studio, daemon and agents end by themselves.'),
  need('R-npm-start-again', 'A second start installs and builds nothing, goes on with what there is, and Ctrl-C stops everything that was started.'),
  need('R-npm-start-own', '`npm start` with `--repo` works on the user\'s own repository, from a plan file or from a goal, and leaves a working copy alone.'),
  need('R-npm-studio', '`npm run studio` starts a studio with nothing in it and shows the way in.'),
  need('R-npm-start-wrong', '`npm start` that cannot do what it was asked says so in one sentence, with what to do in another, and leaves nothing running.'),
  need('R-draft-cancel', 'A draft can be cancelled, again without effect, and archived.', 'plan draft + cancel', 'plan cancelled + cancel', 'plan cancelled + archive'),
];

import type { Requirement } from './requirement.js';
import { need } from './requirement.js';

/** Merging into the epic, and releasing it. */
export const LANDING: readonly Requirement[] = [
  need('R-conflict', 'A conflict goes back to the agent in the same lane with the merge begun; the repaired head is reviewed again and lands.', 'task landing + conflict {cancelRequested=false,capReached=false}'),
  need('R-result-failed', 'A merge result that fails the commands, though the tip passes, never reaches the epic: it is repaired, reviewed again and lands.',
    'task landing + result_failed {cancelRequested=false,tipPasses=true,capReached=false}'),
  need('R-epic-broken', 'When the tip itself fails, the plan says so and waits; "validate again" and changed commands try again, also while the plan is paused.',
    'task landing + result_failed {cancelRequested=false,tipPasses=false}', 'plan active|paused + validate_again'),
  need('R-overlap', 'An approval is void when what landed meanwhile touches the same paths: they are reviewed again.', 'task landing + overlapped {cancelRequested=false}'),
  need('R-moved-head', 'An approval by a person names the head it saw; another head is refused, the same one again has no effect.',
    'task in_review + approve', 'task landing + approve', 'task done + approve'),
  need('R-cancel-landing', 'A cancel before the push ends the task and leaves the epic alone.', 'task landing + cancel {pushing=false}'),
  need('R-cancel-too-late', 'A cancel during the push waits for its fate: what landed is done, with "too late" said.', 'task landing + cancel {pushing=true}'),
  need('R-cancel-not-landed', 'A cancel during a push that does not arrive takes effect.'),
  need('R-unknown-push', 'When nobody knows whether a push arrived, the epic is read before anything else; a cancel waits for that.', 'task blocked/attempts_exhausted + cancel {pushing=true}'),
  need('R-found', 'What the epic holds is done, however it got there: a person who merged the head themselves is not merged twice.'),
  need('R-release-conflict', 'A release that conflicts with the base leaves the base alone and says what to do; a repair task puts it right.',
    'plan releasing + release_failed', 'plan active + edit'),
  need('R-release-checks', 'A release whose result fails the commands leaves the base alone and says so.', 'plan releasing + release_failed'),
  need('R-release-branch', 'Where the base is checked out in the repository itself, the release waits on a branch of its own with the command that takes it, and taking it completes the plan.',
    'plan releasing + release_failed', 'plan releasing + base_holds'),
  need('R-release-cancelled', 'A release is asked for twice without effect, cancelled before its push, and asked for again.', 'plan releasing + release', 'plan releasing + cancel_release {pushing=false}'),
  need('R-release-late', 'While a plan is being released nothing of it can be changed, and the push cannot be cancelled.'),
  need('R-bootstrap', 'A repository that refuses the epic branch is reported on the plan; a person who made room retries, also while the plan is paused.',
    'plan active + bootstrap_exhausted', 'plan active|paused + retry_bootstrap'),
];

import { PlanNotice } from '@maestro/protocol';
import type { NoticeView } from '@maestro/protocol';

/** A remark to be raised: what happened, and particulars for whoever repairs it. */
export interface NewNotice {
  readonly code: PlanNotice;
  readonly sentence: string;
  readonly details?: Readonly<Record<string, unknown>>;
}

/** What a person can do about each notice, best first. `create_repair_task` adds the task that `details.repairTask` describes. */
const ACTIONS: Readonly<Record<PlanNotice, readonly string[]>> = {
  bootstrap_failed: ['retry_bootstrap', 'cancel'],
  budget: ['raise_budget', 'resume'],
  nothing_to_release: ['add_task', 'cancel'],
  epic_broken: ['validate_again', 'change_commands', 'create_repair_task'],
  release_conflict: ['create_repair_task', 'release'],
  release_validation_failed: ['create_repair_task', 'change_commands', 'release'],
  release_push_refused: ['release', 'create_repair_task'],
  release_failed: ['release', 'create_repair_task'],
};

export const RELEASE_NOTICES: readonly PlanNotice[] = [PlanNotice.releaseConflict, PlanNotice.releaseValidationFailed, PlanNotice.releasePushRefused, PlanNotice.releaseFailed];

/** Raised again, a notice says the new thing in the old place; a plan never shows the same code twice. */
export function raised(notices: readonly NoticeView[], { code, sentence, details }: NewNotice, now: string): readonly NoticeView[] {
  const notice: NoticeView = { code, sentence, actions: [...ACTIONS[code]], at: now, ...(details === undefined ? {} : { details: { ...details } }) };
  return notices.some((each) => each.code === code) ? notices.map((each) => (each.code === code ? notice : each)) : [...notices, notice];
}

export function cleared(notices: readonly NoticeView[], codes: readonly PlanNotice[]): readonly NoticeView[] {
  return notices.filter(({ code }) => !codes.includes(code));
}

/** The notice that tells of a release that did not land. */
export function releaseNotice(
  why: 'conflict' | 'validation_failed' | 'push_refused' | 'run_exhausted',
  sentence: string,
  details: Readonly<Record<string, unknown>>,
  branches: { readonly base: string; readonly epic: string | null },
): NewNotice {
  const code = { conflict: PlanNotice.releaseConflict, validation_failed: PlanNotice.releaseValidationFailed, push_refused: PlanNotice.releasePushRefused, run_exhausted: PlanNotice.releaseFailed }[why];
  return { code, sentence, details: { ...details, repairTask: repairTask(why, sentence, branches) } };
}

/** The remark that the epic's own tip fails the project's validation, so that nothing can be judged by landing on it. */
export function epicBrokenNotice(failure: { readonly tip: string; readonly command: string; readonly output: string; readonly task: string }): NewNotice {
  const sentence = `The epic branch fails "${failure.command}" by itself, so ${failure.task} cannot be judged by landing on it. Say "validate again" when the cause is gone, change the commands, or create a repair task.`;
  return {
    code: PlanNotice.epicBroken,
    sentence,
    details: { ...failure, repairTask: { title: `Make ${failure.command} pass on the epic branch`, description: `The tip of the epic branch, ${failure.tip}, fails this command:\n\n${failure.command}\n\nIts output ends with:\n\n${failure.output.slice(-4_000)}` } },
  };
}

/** What a person would write by hand: the lane starts from the epic, merges the base, and the result is reviewed like any other work. */
function repairTask(why: string, sentence: string, { base, epic }: { readonly base: string; readonly epic: string | null }): { title: string; description: string } {
  return {
    title: why === 'conflict' ? `Merge ${base} into the epic branch` : `Make the release onto ${base} pass`,
    description: `The release of ${epic ?? 'the epic branch'} onto ${base} did not land: ${sentence}\n\nMerge ${base} into this branch, resolve what does not fit, and make the project's validation commands pass.`,
  };
}

import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { Ellipsis } from 'lucide-react';
import type { MembershipView, PlanTree } from '@maestro/protocol';
import { Button, Callout, Dialog, DialogActions, Menu, MenuItem, Sentence } from '../../ui/index.js';
import { PLAN_ACTION_WORDS, planActionsOf, planQuestionOf } from './domain/plan-actions.js';
import type { PlanAction } from './domain/plan-actions.js';
import { usePlanAct } from './use-plan-act.js';

/** What goes on with the plan as a button, the rest in a menu. What stops agents or merges branches is asked about first. */
export function PlanActions({ plan, membership }: { readonly plan: PlanTree; readonly membership: MembershipView }): ReactNode {
  const [asked, setAsked] = useState<PlanAction | undefined>();
  const acting = usePlanAct(plan);
  const actions = planActionsOf(plan, membership.roles).filter((action) => action !== 'retry_bootstrap' && action !== 'validate_again' && action !== 'create_repair_task');
  const [first, ...others] = actions;
  if (first === undefined) return null;
  const choose = (action: PlanAction): void => {
    acting.reset();
    if (PLAN_ACTION_WORDS[action].asks === true) setAsked(action);
    else acting.mutate({ action });
  };
  const isPrimary = first === 'activate' || first === 'resume' || first === 'release';
  return (
    <div className="flex items-center gap-1.5">
      {acting.error !== null && asked === undefined && (
        <Dialog title="It stays as it was" onClose={() => acting.reset()}>
          <p>
            <Sentence text={acting.error.message} />
          </p>
        </Dialog>
      )}
      {!(PLAN_ACTION_WORDS[first].isHard ?? false) && (
        <Button kind={isPrimary ? 'primary' : 'plain'} className="max-md:h-11" disabled={acting.isPending} onClick={() => choose(first)}>
          {PLAN_ACTION_WORDS[first].name}
          {PLAN_ACTION_WORDS[first].asks === true && '…'}
        </Button>
      )}
      <RestMenu actions={(PLAN_ACTION_WORDS[first].isHard ?? false) ? actions : others} onChoose={choose} />
      {asked !== undefined && (
        <PlanQuestionDialog
          action={asked}
          plan={plan}
          pending={acting.isPending}
          problem={acting.error?.message}
          onDo={(stop) => acting.mutate({ action: asked, stop }, { onSuccess: () => setAsked(undefined) })}
          onClose={() => {
            acting.reset();
            setAsked(undefined);
          }}
        />
      )}
    </div>
  );
}

function RestMenu({ actions, onChoose }: { readonly actions: readonly PlanAction[]; readonly onChoose: (action: PlanAction) => void }): ReactNode {
  if (actions.length === 0) return null;
  return (
    <Menu
      trigger={
        <button type="button" aria-label="What can be done with the plan" className="flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text max-md:size-11">
          <Ellipsis aria-hidden className="size-4" />
        </button>
      }
    >
      {actions.map((action) => (
        <MenuItem key={action} danger={PLAN_ACTION_WORDS[action].isHard ?? false} onSelect={() => onChoose(action)}>
          {PLAN_ACTION_WORDS[action].name}
          {PLAN_ACTION_WORDS[action].asks === true && '…'}
        </MenuItem>
      ))}
    </Menu>
  );
}

interface PlanQuestionDialogProps {
  readonly action: PlanAction;
  readonly plan: PlanTree;
  readonly pending: boolean;
  readonly problem: string | undefined;
  readonly onDo: (stop: boolean) => void;
  readonly onClose: () => void;
}

function PlanQuestionDialog({ action, plan, pending, problem, onDo, onClose }: PlanQuestionDialogProps): ReactNode {
  const { title, lead, does, keeps } = planQuestionOf(action, plan);
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onDo(new FormData(event.currentTarget).get('agents') === 'stop');
  };
  return (
    <Dialog title={title} lead={<Sentence text={lead} />} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {action === 'pause' && <AgentsChoice />}
        {problem !== undefined && (
          <Callout kind="problem" urgent>
            <p>{problem}</p>
          </Callout>
        )}
        <DialogActions>
          <Button onClick={onClose}>{keeps}</Button>
          <Button type="submit" kind={(PLAN_ACTION_WORDS[action].isHard ?? false) ? 'danger' : 'primary'} disabled={pending}>
            {does}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function AgentsChoice(): ReactNode {
  return (
    <fieldset className="flex flex-col gap-1">
      <legend className="pb-1 font-strong">Agents at work</legend>
      <Choice value="end" words="may end, and their work counts" isUsual />
      <Choice value="stop" words="stop after a checkpoint, and go on from there when the plan is resumed" />
    </fieldset>
  );
}

function Choice({ value, words, isUsual = false }: { readonly value: string; readonly words: string; readonly isUsual?: boolean }): ReactNode {
  return (
    <label className="flex min-h-8 items-center gap-2 max-md:min-h-11">
      <input type="radio" name="agents" value={value} defaultChecked={isUsual} className="size-4 accent-accent" />
      {words}
    </label>
  );
}

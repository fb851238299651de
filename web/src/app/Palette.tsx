import type { ReactNode } from 'react';
import { useQueries, useQueryClient } from '@tanstack/react-query';
import { Command } from 'cmdk';
import type { MembershipView, PlanTree } from '@maestro/protocol';
import { queries } from '../api/index.js';
import { PLAN_LOOKS } from '../features/plans/index.js';
import { TASK_LOOKS } from '../features/tasks/index.js';
import { navigate } from '../platform/router.js';
import { StatusIcon } from '../ui/index.js';
import { PLACES } from './navigation.js';

interface PaletteProps {
  readonly memberships: readonly MembershipView[];
  readonly onClose: () => void;
}

/** Goes anywhere by a few letters: pages, plans, and the tasks of plans that were looked at. */
export function Palette({ memberships, onClose }: PaletteProps): ReactNode {
  const projects = useQueries({ queries: memberships.map(({ workspaceId }) => queries.projects(workspaceId)) }).flatMap(({ data }) => data ?? []);
  const plans = useQueries({ queries: projects.map(({ id }) => queries.plans(id)) }).flatMap(({ data }) => data ?? []);
  const seen = useQueryClient().getQueriesData<PlanTree>({ queryKey: ['plan'] });
  const tasks = seen.flatMap(([, plan]) => (plan?.tasks ?? []).map((task) => ({ task, planId: plan?.id ?? '' })));
  const go = (href: string) => () => {
    onClose();
    navigate(href);
  };
  return (
    <Command.Dialog open onOpenChange={(open) => !open && onClose()} label="Go to" loop overlayClassName="appear fixed inset-0 z-40 bg-scrim" contentClassName="appear fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-2rem)] max-w-140 -translate-x-1/2 overflow-hidden rounded-control border border-border bg-surface">
      <Command.Input placeholder="Go to a page, a plan or a task…" className="h-12 w-full border-b border-border bg-transparent px-4 outline-none placeholder:text-muted" />
      <Command.List className="max-h-[56vh] overflow-y-auto p-1.5">
        <Command.Empty className="px-3 py-6 text-center text-muted">Nothing has that name.</Command.Empty>
        <Group heading="Pages">
          {PLACES.map(({ href, name, Icon }) => (
            <Item key={href} value={`page ${name}`} onSelect={go(href)} icon={<Icon aria-hidden className="size-4 text-muted" strokeWidth={1.75} />}>
              {name}
            </Item>
          ))}
        </Group>
        {plans.length > 0 && (
          <Group heading="Plans">
            {plans.map((plan) => (
              <Item key={plan.id} value={`plan ${plan.title} ${plan.id}`} onSelect={go(`/plans/${plan.id}`)} icon={<StatusIcon look={PLAN_LOOKS[plan.status]} />} note={PLAN_LOOKS[plan.status].word}>
                {plan.title}
              </Item>
            ))}
          </Group>
        )}
        {tasks.length > 0 && (
          <Group heading="Tasks">
            {tasks.slice(0, MOST_TASKS).map(({ task, planId }) => (
              <Item key={task.id} value={`${task.key} ${task.title}`} onSelect={go(`/plans/${planId}?task=${encodeURIComponent(task.key)}`)} icon={<StatusIcon look={TASK_LOOKS[task.status]} />} note={task.key}>
                {task.title}
              </Item>
            ))}
          </Group>
        )}
      </Command.List>
    </Command.Dialog>
  );
}

/** A list that is typed into is no place for ten thousand rows. */
const MOST_TASKS = 500;

function Group({ heading, children }: { readonly heading: string; readonly children: ReactNode }): ReactNode {
  return (
    <Command.Group heading={heading} className="[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-small [&_[cmdk-group-heading]]:text-muted">
      {children}
    </Command.Group>
  );
}

interface ItemProps {
  readonly value: string;
  readonly onSelect: () => void;
  readonly icon: ReactNode;
  readonly note?: string;
  readonly children: ReactNode;
}

function Item({ value, onSelect, icon, note, children }: ItemProps): ReactNode {
  return (
    <Command.Item value={value} onSelect={onSelect} className="flex min-h-9 cursor-pointer items-center gap-2.5 rounded-[4px] px-2.5 data-[selected=true]:bg-raised max-md:min-h-11">
      <span className="flex size-4 shrink-0 items-center justify-center">{icon}</span>
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {note !== undefined && <span className="shrink-0 text-small text-muted">{note}</span>}
    </Command.Item>
  );
}

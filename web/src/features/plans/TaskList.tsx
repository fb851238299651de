import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useVirtualizer } from '@tanstack/react-virtual';
import type { MembershipView, PlanTree, TaskView } from '@maestro/protocol';
import { focusItem } from '../../platform/kept-focus.js';
import { addressWith } from '../../platform/router.js';
import { StatusIcon, duration, figure } from '../../ui/index.js';
import { BulkBar } from './BulkBar.js';
import { criticalOf, groupsOf } from './domain/list.js';
import type { Group, Grouping } from './domain/list.js';
import { standingOf } from './domain/standing.js';
import { PHASE_LOOKS } from './looks.js';
import { TaskRow } from './TaskRow.js';
import { useRowKeys } from './use-row-keys.js';

interface TaskListProps {
  readonly plan: PlanTree;
  /** Those of the plan that are shown. */
  readonly tasks: readonly TaskView[];
  readonly membership: MembershipView;
  readonly grouping: Grouping;
  /** The key of the task that the drawer shows. */
  readonly opened: string | undefined;
}

type Row = { readonly type: 'group'; readonly group: Group } | { readonly type: 'none'; readonly group: Group } | { readonly type: 'task'; readonly task: TaskView };

/** The plan's tasks under their phases or levels. Only the rows in view are there: ten thousand are as quick as ten. */
export function TaskList({ plan, tasks, membership, grouping, opened }: TaskListProps): ReactNode {
  const critical = useMemo(() => criticalOf(plan.tasks), [plan.tasks]);
  const rows = useMemo(() => rowsOf(groupsOf(plan, tasks, grouping), tasks.length < plan.tasks.length), [plan, tasks, grouping]);
  const order = useMemo(() => rows.flatMap((row) => (row.type === 'task' ? [row.task] : [])), [rows]);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const toggle = useCallback((id: string) => setSelected((before) => (before.has(id) ? new Set([...before].filter((each) => each !== id)) : new Set([...before, id]))), []);
  const frame = useRef<HTMLDivElement>(null);
  const margin = useMargin(frame);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => document.getElementById('content'),
    estimateSize: (index) => (rows[index]?.type === 'task' ? 33 : 36),
    getItemKey: (index) => keyOf(rows[index], index),
    overscan: 12,
    scrollMargin: margin,
    initialRect: { width: 0, height: 900 },
    useFlushSync: false,
  });
  const wanted = useRowKeys(order, opened, toggle, frame);
  useEffect(() => {
    if (wanted === undefined) return;
    const at = rows.findIndex((row) => row.type === 'task' && row.task.id === wanted.id);
    if (at >= 0) list.scrollToIndex(at);
    focusItem(frame.current, wanted.id, { preventScroll: true });
    // Only when another row is wanted, not when the rows change under it.
  }, [wanted]);
  return (
    <div ref={frame}>
      {critical.tasks.size > 0 && (
        <p className="px-4 pb-2 text-small text-muted md:px-6" title="No number of machines makes the plan shorter than that">
          Critical path: {figure(critical.tasks.size)} tasks, {duration(critical.minutes * 60_000)} of work one after another
        </p>
      )}
      <ul aria-label="Tasks" className="relative border-b border-border" style={{ height: list.getTotalSize() }}>
        {list.getVirtualItems().map(({ index, key, start }) => {
          const row = rows[index];
          if (row === undefined) return null;
          return (
            <li key={key} ref={list.measureElement} data-index={index} className="absolute inset-x-0 top-0 border-t border-border/70" style={{ transform: `translateY(${start - list.options.scrollMargin}px)` }}>
              {row.type === 'task' ? (
                <TaskRow task={row.task} href={addressWith({ task: row.task.key })} isCritical={critical.tasks.has(row.task.id)} isOpened={row.task.key === opened} isSelected={selected.has(row.task.id)} onSelect={toggle} />
              ) : row.type === 'group' ? (
                <GroupHead group={row.group} />
              ) : (
                <p className="px-4 py-2 text-muted md:px-6">No tasks in this phase.</p>
              )}
            </li>
          );
        })}
      </ul>
      <BulkBar tasks={order.filter(({ id }) => selected.has(id))} membership={membership} onClear={() => setSelected(new Set())} />
    </div>
  );
}

/** @param isFiltered groups of which nothing is shown are left out. */
function rowsOf(groups: readonly Group[], isFiltered: boolean): readonly Row[] {
  return groups.flatMap((group): readonly Row[] => {
    if (group.tasks.length === 0) return isFiltered ? [] : [{ type: 'group', group }, { type: 'none', group }];
    return [{ type: 'group', group }, ...group.tasks.map((task): Row => ({ type: 'task', task }))];
  });
}

function keyOf(row: Row | undefined, index: number): string | number {
  if (row === undefined) return index;
  return row.type === 'task' ? row.task.id : `${row.type} ${row.group.id}`;
}

function GroupHead({ group }: { readonly group: Group }): ReactNode {
  const { landed, total } = standingOf(group.tasks);
  return (
    <header className="flex h-9 items-center gap-3 bg-background px-4 md:px-6">
      {group.status !== undefined && <StatusIcon look={PHASE_LOOKS[group.status]} named />}
      <h2 className="min-w-0 truncate font-strong">{group.title}</h2>
      <span className="shrink-0 text-small text-muted tabular-nums">
        {landed} of {total} landed
      </span>
    </header>
  );
}

/** How far below the beginning of what scrolls the list begins. What stands above it comes and goes. */
function useMargin(frame: RefObject<HTMLDivElement | null>): number {
  const [margin, setMargin] = useState(0);
  useLayoutEffect(() => {
    const list = frame.current?.querySelector('ul');
    const scroller = document.getElementById('content');
    if (list == null || scroller === null) return;
    setMargin(Math.round(list.getBoundingClientRect().top - scroller.getBoundingClientRect().top + scroller.scrollTop));
  });
  return margin;
}

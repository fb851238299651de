import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MembershipView, PlanTree, TaskDetail, TaskView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { setSearch, useSearch } from '../../platform/router.js';
import { useShortcuts } from '../../platform/shortcuts.js';
import { Callout, Drawer, Failure, Sentence, SkeletonRows, StatusIcon, Tabs } from '../../ui/index.js';
import { TaskChanges } from '../changes/index.js';
import { TaskAbout } from './TaskAbout.js';
import { TaskActions } from './TaskActions.js';
import { TaskActivity } from './TaskActivity.js';
import { TaskFindings } from './TaskFindings.js';
import { TaskRuns } from './TaskRuns.js';
import { TaskWhy } from './TaskWhy.js';
import { TASK_LOOKS } from './looks.js';

interface TaskDrawerProps {
  readonly plan: PlanTree;
  readonly taskKey: string;
  readonly membership: MembershipView;
  readonly onClose: () => void;
}

/** A task with everything about it, over the list or the board it was opened from. */
export function TaskDrawer({ plan, taskKey, membership, onClose }: TaskDrawerProps): ReactNode {
  const task = plan.tasks.find(({ key }) => key === taskKey);
  useShortcuts('Task', [{ keys: 'Escape', says: 'Close the task', run: onClose }]);
  return (
    <Drawer label={`Task ${taskKey}`} onClose={onClose} head={<DrawerHead taskKey={taskKey} task={task} />}>
      {task === undefined ? <p className="p-4 text-muted">{`This plan has no task ${taskKey}. It may have been removed while the plan was a draft.`}</p> : <Task key={task.id} plan={plan} task={task} membership={membership} />}
    </Drawer>
  );
}

function DrawerHead({ taskKey, task }: { readonly taskKey: string; readonly task: TaskView | undefined }): ReactNode {
  return (
    <>
      {task !== undefined && <StatusIcon look={TASK_LOOKS[task.status]} />}
      <span className="font-mono text-small text-muted">{taskKey}</span>
      {task !== undefined && <span className={`text-small ${task.blocked === null ? 'text-muted' : 'font-strong text-blocked'}`}>{TASK_LOOKS[task.status].word}</span>}
    </>
  );
}

interface TaskProps {
  readonly plan: PlanTree;
  /** As the plan has it: shown until the rest is there, and always where it stands. */
  readonly task: TaskView;
  readonly membership: MembershipView;
}

function Task({ plan, task, membership }: TaskProps): ReactNode {
  const detail = useQuery(queries.task(task.id));
  const known: TaskDetail | undefined = detail.data === undefined ? undefined : { ...detail.data, ...task };
  const dependents = plan.tasks.filter(({ dependsOn, status }) => dependsOn.includes(task.id) && status !== 'done' && status !== 'cancelled').map(({ key }) => key);
  return (
    <div className="flex flex-col gap-5 pt-4 pb-6">
      <div className="flex flex-col gap-4 px-4">
        <h2 className="text-title font-strong break-words">{task.title}</h2>
        {task.blocked !== null && (
          <Callout kind="problem">
            <p>
              <Sentence text={task.blocked.sentence} />
            </p>
          </Callout>
        )}
        {known !== undefined && <TaskActions task={known} projectId={plan.projectId} membership={membership} dependents={dependents} />}
        <TaskAbout plan={plan} task={task} workspaceId={membership.workspaceId} />
      </div>
      {known === undefined ? detail.error === null ? <SkeletonRows rows={4} label="The task is being loaded" /> : <Failure error={detail.error} onRetry={detail.refetch} /> : <TaskTabs task={known} membership={membership} />}
    </div>
  );
}

const TABS = ['activity', 'changes', 'runs', 'findings', 'why'] as const;
type TabId = (typeof TABS)[number];

function TaskTabs({ task, membership }: { readonly task: TaskDetail; readonly membership: MembershipView }): ReactNode {
  const asked = useSearch().get('tab');
  const shown = TABS.find((tab) => tab === asked) ?? 'activity';
  const pane = (content: ReactNode): ReactNode => <div className="px-4 pt-4">{content}</div>;
  return (
    <Tabs<TabId>
      label="About the task"
      shown={shown}
      onShow={(tab) => setSearch({ tab: tab === 'activity' ? null : tab }, { replace: true })}
      tabs={[
        { id: 'activity', name: 'Activity', content: pane(<TaskActivity task={task} membership={membership} />) },
        { id: 'changes', name: 'Changes', content: pane(<TaskChanges taskId={task.id} taskKey={task.key} />) },
        { id: 'runs', name: 'Runs', count: task.runs, content: pane(<TaskRuns taskId={task.id} />) },
        { id: 'findings', name: 'Findings', count: task.reviews.at(-1)?.findings.length, content: pane(<TaskFindings reviews={task.reviews} />) },
        { id: 'why', name: 'Why', content: pane(<TaskWhy taskId={task.id} />) },
      ]}
    />
  );
}

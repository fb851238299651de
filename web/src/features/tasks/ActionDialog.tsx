import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MemberView, SessionView, TaskView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Button, Callout, Dialog, DialogActions, Sentence, SelectField, TextArea } from '../../ui/index.js';
import type { TaskAction } from './domain/actions.js';
import type { Input } from './domain/requests.js';
import { ACTION_WORDS, questionOf } from './domain/words.js';
import type { Asks } from './domain/words.js';

interface ActionDialogProps {
  readonly action: TaskAction;
  readonly task: TaskView;
  readonly projectId: string;
  readonly workspaceId: string | undefined;
  /** Keys of open tasks that wait for this one. */
  readonly dependents?: readonly string[];
  /** What its agent asks, when it does. */
  readonly question?: string | null;
  /** Shown while the studio has not answered; the dialog stays open so that nothing typed is lost. */
  readonly pending?: boolean;
  readonly problem?: string | undefined;
  readonly onDo: (input: Input) => void;
  readonly onClose: () => void;
}

/** Asks what an action needs, and says exactly what it stops and what it keeps. */
export function ActionDialog({ action, task, projectId, workspaceId, dependents = [], question = null, pending = false, problem, onDo, onClose }: ActionDialogProps): ReactNode {
  const { asks, isHard = false } = ACTION_WORDS[action];
  const { title, lead, does, keeps } = questionOf(action, task, dependents);
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    onDo(inputOf(asks, new FormData(event.currentTarget)));
  };
  return (
    <Dialog title={title} lead={<Sentence text={lead} />} onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        {question !== null && asks === 'answer' && <blockquote className="border-l-2 border-border pl-3 whitespace-pre-line">{question}</blockquote>}
        <Fields asks={asks} task={task} projectId={projectId} workspaceId={workspaceId} />
        {problem !== undefined && (
          <Callout kind="problem" urgent>
            <p>
              <Sentence text={problem} />
            </p>
          </Callout>
        )}
        <DialogActions>
          <Button onClick={onClose}>{keeps}</Button>
          <Button type="submit" kind={isHard ? 'danger' : 'primary'} disabled={pending}>
            {does}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

function inputOf(asks: Asks, form: FormData): Input {
  const said = form.get(asks);
  const value = typeof said === 'string' ? said : '';
  switch (asks) {
    case 'session':
      return value === '' ? {} : { session: value };
    case 'member':
      return { member: value === '' ? null : value };
    case 'head':
    case 'note':
    case 'why':
    case 'answer':
      return { text: value };
    case 'nothing':
      return {};
  }
}

const TEXTS: Partial<Readonly<Record<Asks, { readonly label: string; readonly placeholder: string; readonly isNeeded?: boolean }>>> = {
  head: { label: 'Note', placeholder: 'Why it is good as it is (optional)' },
  note: { label: 'Note for the agent', placeholder: 'What it should do differently (optional)' },
  why: { label: 'Why', placeholder: 'Shown on the task (optional)' },
  answer: { label: 'Your answer', placeholder: '', isNeeded: true },
};

interface FieldsProps {
  readonly asks: Asks;
  readonly task: TaskView;
  readonly projectId: string;
  readonly workspaceId: string | undefined;
}

function Fields({ asks, task, projectId, workspaceId }: FieldsProps): ReactNode {
  if (asks === 'session') return <SessionField projectId={projectId} />;
  if (asks === 'member') return workspaceId === undefined ? null : <MemberField task={task} workspaceId={workspaceId} />;
  const text = TEXTS[asks];
  return text === undefined ? null : <TextArea name={asks} label={text.label} placeholder={text.placeholder} required={text.isNeeded ?? false} maxLength={asks === 'why' ? 2_000 : 20_000} />;
}

/** Where to run. Machines that are away are not offered: what they take would wait for them. */
function SessionField({ projectId }: { readonly projectId: string }): ReactNode {
  const sessions = useQuery(queries.sessions(projectId));
  const present = (sessions.data ?? []).filter(({ status }) => status === 'online');
  return (
    <SelectField name="session" label="Where" defaultValue="">
      <option value="">Wherever it suits best</option>
      {present.map((session) => (
        <option key={session.id} value={session.id}>
          {slotsOf(session)}
        </option>
      ))}
    </SelectField>
  );
}

function slotsOf({ name, capacity, liveRuns }: SessionView): string {
  const free = Math.max(0, capacity - liveRuns);
  return `${name} · ${free === 0 ? 'no slot free' : `${free} of ${capacity} ${capacity === 1 ? 'slot' : 'slots'} free`}`;
}

function MemberField({ task, workspaceId }: { readonly task: TaskView; readonly workspaceId: string }): ReactNode {
  const members = useQuery(queries.members(workspaceId));
  const [chosen, setChosen] = useState<string>(task.assignee ?? '');
  return (
    <div className="flex flex-col gap-1.5">
      <SelectField name="member" label="To" value={chosen} onChange={(event) => setChosen(event.target.value)}>
        <option value="">Nobody: any machine that suits may take it</option>
        {members.data?.map((member) => (
          <option key={member.id} value={member.id}>
            {member.name}
          </option>
        ))}
      </SelectField>
      <Lacks task={task} member={members.data?.find(({ id }) => id === chosen)} />
    </div>
  );
}

/** What the task asks for and the chosen member does not have; they can be asked all the same. */
function Lacks({ task, member }: { readonly task: TaskView; readonly member: MemberView | undefined }): ReactNode {
  if (member === undefined) return null;
  const missing = task.skills.filter(({ slug, min }) => (member.skills.find((skill) => skill.slug === slug)?.proficiency ?? 0) < min);
  if (missing.length === 0) return null;
  return <p className="text-small text-muted">{`${member.name} lacks ${missing.map(({ slug, min }) => `${slug} at ${min}`).join(', ')}.`}</p>;
}

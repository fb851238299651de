import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Budget, ProjectView } from '@maestro/protocol';
import { patch, queries } from '../../api/index.js';
import { Button, Callout, Dialog, DialogActions, Failure, Sentence, SkeletonRows, TextField } from '../../ui/index.js';
import { CAPS, budgetOf, changeOf } from './domain/caps.js';

interface RaiseBudgetProps {
  readonly projectId: string;
  /** Whose cap was reached: that of each task, or that of the plan. */
  readonly of: 'task' | 'plan';
}

/** A button that opens the caps of a project. What stands still for one goes on by itself once it is raised. */
export function RaiseBudget({ projectId, of }: RaiseBudgetProps): ReactNode {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind={of === 'task' ? 'primary' : 'plain'} className="max-md:h-11" onClick={() => setOpen(true)}>
        Raise the budget…
      </Button>
      {open && <BudgetDialog projectId={projectId} of={of} onClose={() => setOpen(false)} />}
    </>
  );
}

function BudgetDialog({ projectId, of, onClose }: RaiseBudgetProps & { readonly onClose: () => void }): ReactNode {
  const project = useQuery(queries.project(projectId));
  return (
    <Dialog
      title={of === 'task' ? 'Budget of each task' : 'Budget of each plan'}
      lead={`These caps belong to the project, and hold for each of its ${of}s. An empty field is no cap. What waits for one goes on by itself as soon as it is raised.`}
      onClose={onClose}
    >
      {project.data !== undefined && <BudgetForm project={project.data} of={of} onClose={onClose} />}
      {project.data === undefined && (project.error === null ? <SkeletonRows rows={4} label="The budget is being loaded" /> : <Failure error={project.error} onRetry={project.refetch} />)}
    </Dialog>
  );
}

function BudgetForm({ project, of, onClose }: { readonly project: ProjectView; readonly of: 'task' | 'plan'; readonly onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const { budget } = project.policy;
  const raising = useMutation({
    mutationFn: (changed: Budget) => patch<ProjectView>(`/projects/${project.id}`, { policy: changeOf(of, changed) }),
    onSuccess: async (answer) => {
      client.setQueryData(queries.project(project.id).queryKey, answer);
      await client.invalidateQueries({ queryKey: ['plan'] });
      onClose();
    },
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    raising.mutate(budgetOf(Object.fromEntries(CAPS.map(({ kind }) => [kind, String(form.get(kind) ?? '')]))));
  };
  return (
    <form onSubmit={onSubmit} className="flex flex-col gap-4">
      <div className="grid gap-x-3 gap-y-4 md:grid-cols-2">
        {CAPS.map(({ kind, name, unit, least }) => (
          <TextField key={kind} label={name} name={kind} type="number" min={least} step={least} hint={unit} defaultValue={budget[of][kind] ?? ''} placeholder="No cap" />
        ))}
      </div>
      {raising.error !== null && (
        <Callout kind="problem" urgent>
          <p>
            <Sentence text={raising.error.message} />
          </p>
        </Callout>
      )}
      <DialogActions>
        <Button onClick={onClose}>Leave it</Button>
        <Button type="submit" kind="primary" disabled={raising.isPending}>
          {raising.isPending ? 'Raising it…' : 'Set the budget'}
        </Button>
      </DialogActions>
    </form>
  );
}

import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { CreateWorkspace, UserView } from '@maestro/protocol';
import { post, queries, useForm } from '../../api/index.js';
import { Button, Callout, TextField } from '../../ui/index.js';
import { Gate } from './Gate.js';

/** Signed in, but a member of nothing: an operator makes the first workspace, anybody else has to be invited. */
export function FirstWorkspacePage({ user }: { readonly user: UserView }): ReactNode {
  const client = useQueryClient();
  const form = useForm(['name'], async ({ name = '' }) => {
    await post('/workspaces', { name } satisfies CreateWorkspace);
    await client.invalidateQueries({ queryKey: queries.me().queryKey });
  });
  if (!user.isOperator) {
    return (
      <Gate title="No workspace yet" lead="You are signed in, but a member of no workspace. Ask an admin of one to add you; this page then goes on by itself.">
        <p className="text-small text-muted">
          Signed in as {user.name}
          {user.email !== null && ` (${user.email})`}.
        </p>
      </Gate>
    );
  }
  return (
    <Gate title="Name your workspace" lead="Projects, members and machines live in it. A team usually has one.">
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <TextField label="Name" name="name" required autoFocus maxLength={100} placeholder="Acme" problem={form.problemOf('name')} />
        {form.problem !== undefined && (
          <Callout kind="problem" urgent>
            <p>{form.problem}</p>
          </Callout>
        )}
        <Button type="submit" kind="primary" className="h-9" disabled={form.pending}>
          {form.pending ? 'Making it…' : 'Make the workspace'}
        </Button>
      </form>
    </Gate>
  );
}

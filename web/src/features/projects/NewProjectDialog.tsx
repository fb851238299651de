import type { ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { CreateProject, ProjectView } from '@maestro/protocol';
import { post, queries, useForm } from '../../api/index.js';
import { Button, Callout, Dialog, DialogActions, TextField } from '../../ui/index.js';

/** Makes a project of a repository. The studio never clones it: machines do, and each says for itself whether it reaches it. */
export function NewProjectDialog({ workspaceId, onClose }: { readonly workspaceId: string; readonly onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const form = useForm(['name', 'remote', 'baseBranch', 'key'], async ({ name = '', remote = '', baseBranch = '', key = '' }) => {
    const body: CreateProject = { name, remote: remote.trim(), ...(baseBranch.trim() === '' ? {} : { baseBranch: baseBranch.trim() }), ...(key.trim() === '' ? {} : { key: key.trim().toUpperCase() }) };
    await post<ProjectView>(`/workspaces/${workspaceId}/projects`, body);
    await client.invalidateQueries({ queryKey: queries.projects(workspaceId).queryKey });
    onClose();
  });
  return (
    <Dialog title="New project" lead="A project is one repository. Machines that have a clone of it connect to it afterwards." onClose={onClose}>
      <form onSubmit={form.onSubmit} className="flex flex-col gap-4">
        <TextField label="Name" name="name" required autoFocus maxLength={100} placeholder="Shop" problem={form.problemOf('name')} />
        <TextField label="Repository" name="remote" required maxLength={4096} placeholder="git@github.com:acme/shop.git" hint="Its clone URL, or the absolute path of a bare repository on your machine" problem={form.problemOf('remote')} spellCheck={false} />
        <div className="grid grid-cols-2 gap-3">
          <TextField label="Base branch" name="baseBranch" maxLength={200} placeholder="main" hint="Where releases go" problem={form.problemOf('baseBranch')} spellCheck={false} />
          <TextField label="Key" name="key" maxLength={10} placeholder="SHOP" hint="Before each task's number" problem={form.problemOf('key')} spellCheck={false} />
        </div>
        {form.problem !== undefined && (
          <Callout kind="problem" urgent>
            <p>{form.problem}</p>
          </Callout>
        )}
        <DialogActions>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" kind="primary" disabled={form.pending}>
            {form.pending ? 'Making it…' : 'Make the project'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

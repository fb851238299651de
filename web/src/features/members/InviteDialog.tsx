import { useState } from 'react';
import type { FormEvent, ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { CreatedInvite, CreateInvite, MembershipView, Role } from '@maestro/protocol';
import { post } from '../../api/index.js';
import { Button, Callout, CommandLine, Dialog, DialogActions, SelectField, TextField } from '../../ui/index.js';
import { ROLES } from './domain/roles.js';

interface InviteDialogProps {
  readonly membership: MembershipView;
  readonly onClose: () => void;
}

/** Asks somebody to join, or one's own machine to act in one's name: makes the command that they type there. */
export function InviteDialog({ membership, onClose }: InviteDialogProps): ReactNode {
  const client = useQueryClient();
  const [role, setRole] = useState<Role>('developer');
  const [asMyself, setAsMyself] = useState(false);
  const inviting = useMutation({
    mutationFn: (note: string) => post<CreatedInvite>(`/workspaces/${membership.workspaceId}/invites`, { role, asMyself, ...(note === '' ? {} : { note }) } satisfies CreateInvite),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invites'] }),
  });
  const onSubmit = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const note = new FormData(event.currentTarget).get('note');
    inviting.mutate(typeof note === 'string' ? note.trim() : '');
  };
  if (inviting.data !== undefined) {
    const until = new Date(inviting.data.invite.expiresAt).toLocaleDateString();
    return (
      <Dialog title="The invite is made" lead={`Send this to whom it is for. It works once, until ${until}, and is not shown again.`} onClose={onClose}>
        <CommandLine command={inviting.data.command} />
        <DialogActions>
          <Button kind="primary" onClick={onClose}>
            Done
          </Button>
        </DialogActions>
      </Dialog>
    );
  }
  return (
    <Dialog title="Invite" lead="An invite is one command, typed where agents shall work. It signs that machine in." onClose={onClose}>
      <form onSubmit={onSubmit} className="flex flex-col gap-4">
        <fieldset className="flex flex-col gap-1">
          <legend className="mb-1 font-strong">Who is it for?</legend>
          <Choice name="for" checked={!asMyself} onChoose={() => setAsMyself(false)} title="Somebody else" hint="They become a member of their own" />
          <Choice name="for" checked={asMyself} onChoose={() => setAsMyself(true)} title="A machine of mine" hint="It acts in my name, with no more than my rights" />
        </fieldset>
        <SelectField label="Role" value={role} onChange={(event) => setRole(event.target.value as Role)}>
          {ROLES.map((each) => (
            <option key={each.role} value={each.role}>
              {each.name}: {each.may.toLowerCase()}
            </option>
          ))}
        </SelectField>
        <TextField label="Note" name="note" maxLength={200} placeholder="Grace, the build server" hint="So that you know later whose it was" />
        {inviting.error !== null && (
          <Callout kind="problem" urgent>
            <p>{inviting.error.message}</p>
          </Callout>
        )}
        <DialogActions>
          <Button onClick={onClose}>Leave it</Button>
          <Button type="submit" kind="primary" disabled={inviting.isPending}>
            {inviting.isPending ? 'Making it…' : 'Make the invite'}
          </Button>
        </DialogActions>
      </form>
    </Dialog>
  );
}

interface ChoiceProps {
  readonly name: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly title: string;
  readonly hint: string;
}

function Choice({ name, checked, onChoose, title, hint }: ChoiceProps): ReactNode {
  return (
    <label className="flex min-h-10 cursor-pointer items-center gap-3 rounded-control border border-border px-3 py-1.5 has-checked:border-accent max-md:min-h-11">
      <input type="radio" name={name} checked={checked} onChange={onChoose} className="accent-accent" />
      <span className="flex min-w-0 flex-col">
        <span>{title}</span>
        <span className="text-small text-muted">{hint}</span>
      </span>
    </label>
  );
}

import { useState } from 'react';
import type { ReactNode } from 'react';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Check, Ellipsis, Link2, SlidersHorizontal, UserMinus } from 'lucide-react';
import type { MemberView, Role, SignInLink, UpdateMember, UserView } from '@maestro/protocol';
import { patch, post, queries, remove } from '../../api/index.js';
import { Button, Callout, CommandLine, Dialog, DialogActions, Menu, MenuItem, MenuLabel, MenuSeparator } from '../../ui/index.js';
import { ROLES, strongest } from './domain/roles.js';

interface MemberMenuProps {
  readonly member: MemberView;
  readonly user: UserView;
  readonly workspaceId: string;
  readonly mayManage: boolean;
  readonly isLastOwner: boolean;
  readonly onSkills: () => void;
}

/** What can be done with a member, by those who may. */
export function MemberMenu({ member, user, workspaceId, mayManage, isLastOwner, onSkills }: MemberMenuProps): ReactNode {
  const client = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const key = queries.members(workspaceId).queryKey;
  const address = `/workspaces/${workspaceId}/members/${member.id}`;
  const changing = useMutation({
    mutationFn: (role: Role) => patch<MemberView>(address, { roles: [role] } satisfies UpdateMember),
    onMutate: (role) => {
      const before = client.getQueryData(key);
      client.setQueryData(key, (members) => members?.map((each) => (each.id === member.id ? { ...each, roles: [role] } : each)));
      return before;
    },
    onError: (_, __, before) => client.setQueryData(key, before),
    onSettled: () => client.invalidateQueries({ queryKey: key }),
  });
  const linking = useMutation({ mutationFn: () => post<SignInLink>('/auth/links', { userId: member.userId }) });
  return (
    <>
      <Menu
        trigger={
          <button type="button" aria-label={`What can be done with ${member.name}`} className="flex size-8 shrink-0 items-center justify-center rounded-control text-muted hover:bg-raised hover:text-text max-md:size-11">
            <Ellipsis aria-hidden className="size-4" />
          </button>
        }
      >
        <MenuItem icon={<SlidersHorizontal aria-hidden className="size-4 text-muted" strokeWidth={1.75} />} onSelect={onSkills}>
          Skills…
        </MenuItem>
        {user.isOperator && member.userId !== user.id && (
          <MenuItem icon={<Link2 aria-hidden className="size-4 text-muted" strokeWidth={1.75} />} onSelect={() => linking.mutate()} hint="Signs them in once, in a browser">
            Make a sign-in link
          </MenuItem>
        )}
        {mayManage && (
          <>
            <MenuSeparator />
            <MenuLabel>Role</MenuLabel>
            <RoleItems role={strongest(member.roles)?.role} isLastOwner={isLastOwner} onChoose={(role) => changing.mutate(role)} />
            <MenuSeparator />
            <MenuItem danger disabled={isLastOwner} icon={<UserMinus aria-hidden className="size-4" strokeWidth={1.75} />} hint={isLastOwner ? 'The last owner cannot leave' : undefined} onSelect={() => setRemoving(true)}>
              Remove from the workspace…
            </MenuItem>
          </>
        )}
      </Menu>
      {changing.error !== null && <Refusal title="The role stays as it was" error={changing.error} onClose={() => changing.reset()} />}
      {linking.error !== null && <Refusal title="There is no link" error={linking.error} onClose={() => linking.reset()} />}
      {linking.data !== undefined && (
        <Dialog title={`A link for ${member.name}`} lead={`Whoever opens it is signed in as ${member.name}. It works once, until ${new Date(linking.data.expiresAt).toLocaleTimeString()}, and is not shown again.`} onClose={() => linking.reset()}>
          <CommandLine command={linking.data.url} />
        </Dialog>
      )}
      {removing && <RemoveDialog member={member} address={address} onClose={() => setRemoving(false)} />}
    </>
  );
}

function Refusal({ title, error, onClose }: { readonly title: string; readonly error: Error; readonly onClose: () => void }): ReactNode {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{error.message}</p>
    </Dialog>
  );
}

interface RoleItemsProps {
  readonly role: Role | undefined;
  readonly isLastOwner: boolean;
  readonly onChoose: (role: Role) => void;
}

function RoleItems({ role, isLastOwner, onChoose }: RoleItemsProps): ReactNode {
  return ROLES.map((each) => {
    const kept = isLastOwner && each.role !== 'owner';
    return (
      <MenuItem key={each.role} icon={each.role === role && <Check aria-hidden className="size-4" />} disabled={kept} hint={kept ? 'Make somebody else an owner first' : each.may} onSelect={() => onChoose(each.role)}>
        {each.name}
        {each.role === role && <span className="sr-only"> (now)</span>}
      </MenuItem>
    );
  });
}

function RemoveDialog({ member, address, onClose }: { readonly member: MemberView; readonly address: string; readonly onClose: () => void }): ReactNode {
  const client = useQueryClient();
  const removing = useMutation({
    mutationFn: () => remove(address),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['members'] });
      onClose();
    },
  });
  return (
    <Dialog
      title={`Remove ${member.name}?`}
      lead="Their machines are cut off at once, and what they were working on goes to others. What they have pushed is kept."
      onClose={onClose}
    >
      {removing.error !== null && (
        <Callout kind="problem" urgent>
          <p>{removing.error.message}</p>
        </Callout>
      )}
      <DialogActions>
        <Button onClick={onClose}>Keep them</Button>
        <Button kind="danger" disabled={removing.isPending} onClick={() => removing.mutate()}>
          {removing.isPending ? 'Removing…' : `Remove ${member.name}`}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

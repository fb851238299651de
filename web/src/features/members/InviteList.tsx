import type { ReactNode } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { InviteView } from '@maestro/protocol';
import { queries, remove } from '../../api/index.js';
import { Age, Button, Callout, Failure, SkeletonRows, StatusIcon } from '../../ui/index.js';
import type { Look } from '../../ui/index.js';
import { strongest } from './domain/roles.js';

const LOOKS: Readonly<Record<InviteView['state'], Look>> = {
  open: { word: 'Waits', shape: 'empty', hue: 'progress' },
  used: { word: 'Used', shape: 'check', hue: 'done' },
  expired: { word: 'Expired', shape: 'cross', hue: 'quiet' },
  revoked: { word: 'Revoked', shape: 'cross', hue: 'quiet' },
};

/** Who has been asked to join; those that still wait come first. */
export function InviteList({ workspaceId, onInvite }: { readonly workspaceId: string; readonly onInvite: () => void }): ReactNode {
  const invites = useQuery(queries.invites(workspaceId));
  const client = useQueryClient();
  const revoking = useMutation({
    mutationFn: (id: string) => remove(`/workspaces/${workspaceId}/invites/${id}`),
    onSettled: () => client.invalidateQueries({ queryKey: queries.invites(workspaceId).queryKey }),
  });
  if (invites.data === undefined) return invites.error === null ? <SkeletonRows rows={3} label="Invites are being loaded" /> : <Failure error={invites.error} onRetry={invites.refetch} />;
  if (invites.data.length === 0) {
    return (
      <div className="flex max-w-[60ch] flex-col items-start gap-3 py-5">
        <p className="text-muted">Nobody has been invited yet. An invite is one command that signs a machine in: somebody else's, or another one of yours.</p>
        <Button onClick={onInvite}>Make an invite</Button>
      </div>
    );
  }
  const inOrder = invites.data.toSorted((a, b) => Number(b.state === 'open') - Number(a.state === 'open') || (a.createdAt < b.createdAt ? 1 : -1));
  return (
    <>
      {revoking.error !== null && (
        <Callout kind="problem" urgent>
          <p>{revoking.error.message}</p>
        </Callout>
      )}
      <ul className="divide-y divide-border">
        {inOrder.map((invite) => (
          <li key={invite.id} className="appear flex min-h-12 flex-wrap items-center gap-x-3 gap-y-1 py-2 md:flex-nowrap">
            <StatusIcon look={LOOKS[invite.state]} />
            <span className="w-16 shrink-0">{LOOKS[invite.state].word}</span>
            <span className="min-w-0 flex-1 truncate">{invite.note ?? (invite.asMyself ? 'A machine of the one who invited' : 'Somebody')}</span>
            <span className="w-24 shrink-0">{strongest([invite.role])?.name}</span>
            <span className="w-32 shrink-0 text-small text-muted md:text-right">
              made <Age at={invite.createdAt} />
            </span>
            <span className="flex w-20 shrink-0 justify-end">
              {invite.state === 'open' && (
                <Button kind="ghost" disabled={revoking.isPending} onClick={() => revoking.mutate(invite.id)}>
                  Revoke<span className="sr-only"> the invite {invite.note ?? ''}</span>
                </Button>
              )}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}

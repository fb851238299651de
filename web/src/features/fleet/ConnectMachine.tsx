import type { ReactNode } from 'react';
import { useMutation } from '@tanstack/react-query';
import { mayDo } from '@maestro/protocol';
import type { CreatedInvite, CreateInvite, MembershipView } from '@maestro/protocol';
import { post } from '../../api/index.js';
import { Button, Callout, CommandLine } from '../../ui/index.js';

interface ConnectMachineProps {
  readonly membership: MembershipView;
  /** Whether there is no project yet, and connecting will make the first one. */
  readonly first?: boolean;
}

/** How a machine is connected: the commands to paste, with an invite made on the spot. */
export function ConnectMachine({ membership, first = false }: ConnectMachineProps): ReactNode {
  const inviting = useMutation({
    mutationFn: () => post<CreatedInvite>(`/workspaces/${membership.workspaceId}/invites`, { role: 'developer', asMyself: true } satisfies CreateInvite),
  });
  if (!mayDo(membership.roles, 'member.invite')) {
    return (
      <Step text="In a clone of the repository, on a machine that is signed in. For the sign-in, ask an admin for an invite.">
        <CommandLine command="maestro connect" />
      </Step>
    );
  }
  return (
    <ol className="flex flex-col gap-4">
      <li>
        <Step text="Sign the machine in, unless it is already. It acts in your name.">
          {inviting.data === undefined ? (
            <Button className="self-start" disabled={inviting.isPending} onClick={() => inviting.mutate()}>
              {inviting.isPending ? 'Making the command…' : 'Show the command'}
            </Button>
          ) : (
            <>
              <CommandLine command={inviting.data.command} />
              <p className="text-small text-muted">It works once, until {new Date(inviting.data.invite.expiresAt).toLocaleDateString()}, and is not shown again.</p>
            </>
          )}
          {inviting.error !== null && (
            <Callout kind="problem" urgent>
              <p>{inviting.error.message}</p>
            </Callout>
          )}
        </Step>
      </li>
      <li>
        <Step text={`In a clone of the repository, let it take work.${first ? ' The project is made if you say yes.' : ''}`}>
          <CommandLine command="maestro connect" />
        </Step>
      </li>
    </ol>
  );
}

function Step({ text, children }: { readonly text: string; readonly children: ReactNode }): ReactNode {
  return (
    <div className="flex flex-col gap-2">
      <p className="text-muted">{text}</p>
      {children}
    </div>
  );
}

import { useState } from 'react';
import type { ReactNode } from 'react';
import { UserPlus } from 'lucide-react';
import { mayDo } from '@maestro/protocol';
import type { MembershipView, UserView } from '@maestro/protocol';
import { Button, Page, Tabs } from '../../ui/index.js';
import { useSearch, setSearch } from '../../platform/router.js';
import { InviteDialog } from './InviteDialog.js';
import { InviteList } from './InviteList.js';
import { MemberList } from './MemberList.js';

interface MembersPageProps {
  readonly user: UserView;
  readonly memberships: readonly MembershipView[];
}

/** Who belongs to the workspace, what each may do and can do, and who has been asked to join. */
export function MembersPage({ user, memberships }: MembersPageProps): ReactNode {
  const search = useSearch();
  const [inviting, setInviting] = useState(false);
  const membership = memberships.find(({ workspaceSlug }) => workspaceSlug === search.get('workspace')) ?? memberships[0];
  if (membership === undefined) return null;
  const mayInvite = mayDo(membership.roles, 'member.invite');
  const shown = search.get('show') === 'invites' && mayInvite ? 'invites' : 'members';
  const members = <MemberList key={membership.workspaceId} user={user} membership={membership} />;
  return (
    <Page
      title="Members"
      lead={`People and machines of ${membership.workspaceName}. Roles say what they may do; skills say which tasks they are given.`}
      actions={
        mayInvite && (
          <Button kind="primary" onClick={() => setInviting(true)}>
            <UserPlus aria-hidden className="size-4" strokeWidth={1.75} />
            Invite
          </Button>
        )
      }
    >
      {mayInvite ? (
        <Tabs
          label="Members and invites"
          shown={shown}
          onShow={(show) => setSearch({ show: show === 'members' ? null : show }, { replace: true })}
          tabs={[
            { id: 'members', name: 'Members', content: members },
            { id: 'invites', name: 'Invites', content: <InviteList workspaceId={membership.workspaceId} onInvite={() => setInviting(true)} /> },
          ]}
        />
      ) : (
        members
      )}
      {inviting && <InviteDialog membership={membership} onClose={() => setInviting(false)} />}
    </Page>
  );
}

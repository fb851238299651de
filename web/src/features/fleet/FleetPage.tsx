import { useState } from 'react';
import type { ReactNode } from 'react';
import { Plus } from 'lucide-react';
import type { MembershipView } from '@maestro/protocol';
import { setSearch, useSearch } from '../../platform/router.js';
import { Button, Failure, Page, SkeletonRows } from '../../ui/index.js';
import { PauseButton, PauseNotice, pauseOf, usePauses } from '../pauses/index.js';
import { ConnectDialog } from './ConnectDialog.js';
import { isPresent, machinesOf } from './domain/machines.js';
import { MachineList } from './MachineList.js';
import { TeamDrawer } from './TeamDrawer.js';
import { TeamList } from './TeamList.js';
import { useFleet } from './use-fleet.js';

/** The machines of a workspace's projects, what each works on, and the teams that some of them lead. A team opens beside them. */
export function FleetPage({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  const search = useSearch();
  const membership = memberships.find(({ workspaceSlug }) => workspaceSlug === search.get('workspace')) ?? memberships[0];
  return membership === undefined ? null : <WorkspaceFleet key={membership.workspaceId} membership={membership} openTeam={search.get('team')} />;
}

function WorkspaceFleet({ membership, openTeam }: { readonly membership: MembershipView; readonly openTeam: string | null }): ReactNode {
  const fleet = useFleet(membership.workspaceId);
  const [connecting, setConnecting] = useState(false);
  const machines = machinesOf(fleet.seats);
  const [anyProject] = fleet.projects;
  const pause = pauseOf(usePauses(anyProject?.id), membership.workspaceId);
  const chosen = fleet.teams.find(({ team }) => team.id === openTeam);
  return (
    <Page
      title="Fleet"
      lead={`Machines on which agents work for ${membership.workspaceName}, and the teams that they lead.`}
      actions={
        <>
          {anyProject !== undefined && <PauseButton scope="workspace" subject={membership.workspaceId} name={membership.workspaceName} projectId={anyProject.id} membership={membership} />}
          {machines.some(isPresent) && (
            <Button className="max-md:h-11" onClick={() => setConnecting(true)}>
              <Plus aria-hidden className="size-4" strokeWidth={1.75} />
              Connect a machine
            </Button>
          )}
        </>
      }
    >
      {pause !== undefined && <PauseNotice pause={pause} membership={membership} />}
      {fleet.isKnown ? (
        <>
          <MachineList machines={machines} membership={membership} hasProject={fleet.projects.length > 0} />
          {machines.length > 0 && <TeamList teams={fleet.teams} />}
        </>
      ) : fleet.error === null ? (
        <SkeletonRows rows={6} label="Machines are being loaded" />
      ) : (
        <Failure error={fleet.error} onRetry={fleet.retry} />
      )}
      {connecting && <ConnectDialog membership={membership} seats={fleet.seats} onClose={() => setConnecting(false)} />}
      {chosen !== undefined && <TeamDrawer key={chosen.team.id} of={chosen} membership={membership} onClose={() => setSearch({ team: null })} />}
    </Page>
  );
}

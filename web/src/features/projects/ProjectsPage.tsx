import { useState } from 'react';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import { mayDo } from '@maestro/protocol';
import type { MembershipView, ProjectView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Button, Dialog, Failure, Page, SkeletonRows, StatusIcon } from '../../ui/index.js';
import type { Look } from '../../ui/index.js';
import { ConnectMachine } from '../fleet/index.js';
import { PauseButton, PauseNotice, pauseOf, usePauses } from '../pauses/index.js';
import { PlanList } from '../plans/index.js';
import { NewProjectDialog } from './NewProjectDialog.js';

/** Every project with its plans, workspace by workspace. */
export function ProjectsPage({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  const [making, setMaking] = useState<MembershipView>();
  const makers = memberships.filter(({ roles }) => mayDo(roles, 'project.create'));
  return (
    <Page
      title="Projects"
      actions={makers.map((membership) => (
        <Button key={membership.workspaceId} onClick={() => setMaking(membership)}>
          <Plus aria-hidden className="size-4" strokeWidth={1.75} />
          New project{makers.length > 1 && ` in ${membership.workspaceName}`}
        </Button>
      ))}
    >
      {memberships.map((membership) => (
        <WorkspaceProjects key={membership.workspaceId} membership={membership} named={memberships.length > 1} />
      ))}
      {making !== undefined && <NewProjectDialog workspaceId={making.workspaceId} onClose={() => setMaking(undefined)} />}
    </Page>
  );
}

function WorkspaceProjects({ membership, named }: { readonly membership: MembershipView; readonly named: boolean }): ReactNode {
  const projects = useQuery(queries.projects(membership.workspaceId));
  const pause = pauseOf(usePauses(projects.data?.[0]?.id), membership.workspaceId);
  return (
    <div className="flex flex-col gap-4">
      {named && <p className="text-muted">{membership.workspaceName}</p>}
      {pause !== undefined && <PauseNotice pause={pause} membership={membership} />}
      {projects.data === undefined && (projects.error === null ? <SkeletonRows rows={4} label="Projects are being loaded" /> : <Failure error={projects.error} onRetry={projects.refetch} />)}
      {projects.data?.map((project) => (
        <Project key={project.id} project={project} membership={membership} />
      ))}
      {projects.data?.length === 0 && <NoProjects membership={membership} />}
    </div>
  );
}

function Project({ project, membership }: { readonly project: ProjectView; readonly membership: MembershipView }): ReactNode {
  const heading = `project-${project.id}`;
  const pause = pauseOf(usePauses(project.id), project.id);
  return (
    <section aria-labelledby={heading} className="appear overflow-hidden rounded-control border border-border bg-surface">
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 border-b border-border bg-background px-4 py-2">
        <h2 id={heading} className="font-strong">
          {project.name}
        </h2>
        <span className="font-mono text-small text-muted">{project.key}</span>
        <span className="flex-1" />
        <MachineCount project={project} membership={membership} />
        <PauseButton scope="project" subject={project.id} name={project.name} projectId={project.id} membership={membership} />
        <span className="min-w-0 truncate font-mono text-small text-muted max-md:basis-full" title={project.normalizedRemote}>
          {project.normalizedRemote}
        </span>
      </header>
      {pause !== undefined && (
        <div className="p-2">
          <PauseNotice pause={pause} membership={membership} />
        </div>
      )}
      <PlanList projectId={project.id} />
    </section>
  );
}

/** How many machines are there; without any, the way to connect one, which says so itself as soon as that is done. */
function MachineCount({ project, membership }: { readonly project: ProjectView; readonly membership: MembershipView }): ReactNode {
  const sessions = useQuery(queries.sessions(project.id));
  const [connecting, setConnecting] = useState(false);
  if (sessions.data === undefined) return null;
  const present = sessions.data.filter(({ status }) => status !== 'offline');
  return (
    <>
      {present.length === 0 ? (
        <Button onClick={() => setConnecting(true)}>Connect a machine</Button>
      ) : (
        <span className="text-small text-muted">
          {present.length} {present.length === 1 ? 'machine' : 'machines'}
        </span>
      )}
      {connecting && (
        <Dialog title={`Connect a machine to ${project.name}`} lead="Agents run on machines of yours, in clones of the repository." onClose={() => setConnecting(false)}>
          <div aria-live="polite">
            {present.length === 0 ? (
              <ConnectMachine membership={membership} />
            ) : (
              <p className="appear flex items-center gap-2">
                <StatusIcon look={CONNECTED} />
                {present.map(({ name }) => name).join(', ')} is connected and takes work.
              </p>
            )}
          </div>
        </Dialog>
      )}
    </>
  );
}

const CONNECTED: Look = { word: 'Connected', shape: 'check', hue: 'done' };

function NoProjects({ membership }: { readonly membership: MembershipView }): ReactNode {
  return (
    <section className="flex max-w-[68ch] flex-col gap-5 rounded-control border border-border bg-surface p-5">
      <div className="flex flex-col gap-1">
        <h2 className="font-strong">Connect the first machine</h2>
        <p className="text-muted">A project is one repository. On a machine that has a clone of it, two commands make the project and let agents work there; it appears here as soon as that is done. Or make the project first, with the button above.</p>
      </div>
      <ConnectMachine membership={membership} first />
    </section>
  );
}

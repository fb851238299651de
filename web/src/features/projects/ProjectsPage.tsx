import { useEffect } from 'react';
import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import type { MembershipView, ProjectView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Failure, SkeletonRows } from '../../ui/index.js';
import { ConnectMachine } from '../fleet/index.js';
import { PlanList } from '../plans/index.js';

/** Every project with its plans, workspace by workspace. */
export function ProjectsPage({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  useEffect(() => {
    document.title = 'Projects · Maestro';
  }, []);
  return (
    <div className="flex max-w-5xl flex-col gap-8 p-4 md:p-6">
      <h1 className="text-title font-strong">Projects</h1>
      {memberships.map((membership) => (
        <WorkspaceProjects key={membership.workspaceId} membership={membership} named={memberships.length > 1} />
      ))}
    </div>
  );
}

function WorkspaceProjects({ membership, named }: { readonly membership: MembershipView; readonly named: boolean }): ReactNode {
  const projects = useQuery(queries.projects(membership.workspaceId));
  return (
    <div className="flex flex-col gap-4">
      {named && <p className="text-muted">{membership.workspaceName}</p>}
      {projects.data === undefined && (projects.error === null ? <SkeletonRows rows={4} label="Projects are being loaded" /> : <Failure error={projects.error} onRetry={projects.refetch} />)}
      {projects.data?.map((project) => (
        <Project key={project.id} project={project} />
      ))}
      {projects.data?.length === 0 && <NoProjects membership={membership} />}
    </div>
  );
}

function Project({ project }: { readonly project: ProjectView }): ReactNode {
  const heading = `project-${project.id}`;
  return (
    <section aria-labelledby={heading} className="appear overflow-hidden rounded-control border border-border bg-surface">
      <header className="flex min-h-10 flex-wrap items-center gap-x-3 border-b border-border bg-background px-4 py-2">
        <h2 id={heading} className="font-strong">
          {project.name}
        </h2>
        <span className="font-mono text-small text-muted">{project.key}</span>
        <span className="flex-1" />
        <MachineCount projectId={project.id} />
        <span className="min-w-0 truncate font-mono text-small text-muted max-md:basis-full" title={project.normalizedRemote}>
          {project.normalizedRemote}
        </span>
      </header>
      <PlanList projectId={project.id} />
    </section>
  );
}

function MachineCount({ projectId }: { readonly projectId: string }): ReactNode {
  const sessions = useQuery(queries.sessions(projectId));
  if (sessions.data === undefined) return null;
  const present = sessions.data.filter(({ status }) => status !== 'offline').length;
  return <span className="text-small text-muted">{present === 0 ? 'No machine connected' : `${present} ${present === 1 ? 'machine' : 'machines'}`}</span>;
}

function NoProjects({ membership }: { readonly membership: MembershipView }): ReactNode {
  return (
    <section className="flex max-w-[68ch] flex-col gap-5 rounded-control border border-border bg-surface p-5">
      <div className="flex flex-col gap-1">
        <h2 className="font-strong">Connect the first machine</h2>
        <p className="text-muted">A project is one repository, and it is made from a clone of it: on the machine where agents shall work, in two steps. It appears here as soon as that is done.</p>
      </div>
      <ConnectMachine membership={membership} first />
    </section>
  );
}

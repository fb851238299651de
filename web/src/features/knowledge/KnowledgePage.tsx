import { useState } from 'react';
import type { ReactNode } from 'react';
import { useQueries, useQuery } from '@tanstack/react-query';
import { mayDo } from '@maestro/protocol';
import type { MembershipView, ProjectView, RepositoryReport } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link, navigate, setSearch, useSearch } from '../../platform/router.js';
import { Failure, Page, SelectField, SkeletonRows, Tabs } from '../../ui/index.js';
import { AnalysisState } from './AnalysisState.js';
import { ContextTab } from './ContextTab.js';
import { questionOf } from './domain/search.js';
import { ReportTab } from './ReportTab.js';
import { SearchTab } from './SearchTab.js';
import { useAnalysis } from './use-analysis.js';

/** What is known of a project's repository: a catalog to search, context files with their versions, and what the last analysis found. */
export function KnowledgePage({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  const wanted = useSearch().get('project');
  const lists = useQueries({ queries: memberships.map(({ workspaceId }) => queries.projects(workspaceId)) });
  const projects = lists.flatMap(({ data }) => data ?? []);
  const project = projects.find(({ key }) => key === wanted) ?? projects[0];
  const membership = memberships.find(({ workspaceId }) => workspaceId === project?.workspaceId);
  const failed = lists.find(({ data, error }) => data === undefined && error !== null);
  return (
    <Page title="Knowledge" lead="What is known of a repository, so that nobody writes again what is there." actions={project !== undefined && projects.length > 1 && <Chooser projects={projects} chosen={project.key} />}>
      {project !== undefined && membership !== undefined && <Knowledge key={project.id} project={project} mayAnalyse={mayDo(membership.roles, 'analysis.run')} />}
      {project === undefined && (failed?.error != null ? <Failure error={failed.error} onRetry={failed.refetch} /> : lists.every(({ data }) => data !== undefined) ? <NoProject /> : <SkeletonRows rows={4} label="Projects are being loaded" />)}
    </Page>
  );
}

/** Another project is another place: its search and files are its own. */
function Chooser({ projects, chosen }: { readonly projects: readonly ProjectView[]; readonly chosen: string }): ReactNode {
  return (
    <SelectField label="Project" labelHidden className="w-56 max-md:w-full" value={chosen} onChange={(event) => navigate(`/knowledge?project=${encodeURIComponent(event.target.value)}`)}>
      {projects.map(({ id, key, name }) => (
        <option key={id} value={key}>
          {name}
        </option>
      ))}
    </SelectField>
  );
}

function NoProject(): ReactNode {
  return (
    <p className="max-w-[60ch] text-muted">
      There is no project yet, so there is no repository to know. Projects are made under{' '}
      <Link href="/" className="text-accent underline underline-offset-2">
        Projects
      </Link>
      .
    </p>
  );
}

const TABS = ['search', 'context', 'found'] as const;

function Knowledge({ project, mayAnalyse }: { readonly project: ProjectView; readonly mayAnalyse: boolean }): ReactNode {
  const search = useSearch();
  const { analysis } = useAnalysis(project.id);
  const files = useQuery(queries.contextFiles(project.id));
  const report = useLastReport(analysis.data?.report ?? null);
  // An analysis that is the first one has nothing to show before it ends.
  const isKnown = report !== null || (files.data?.length ?? 0) > 0;
  const shown = TABS.find((tab) => tab === search.get('show')) ?? 'search';
  return (
    <>
      <AnalysisState projectId={project.id} mayAnalyse={mayAnalyse} />
      {isKnown && (
        <Tabs
          label="What is known"
          shown={shown === 'found' && report === null ? 'search' : shown}
          onShow={(show) => setSearch({ show: show === 'search' ? null : show })}
          tabs={[
            { id: 'search', name: 'Catalog', count: report?.artifacts, content: <SearchTab projectId={project.id} question={questionOf(search)} report={report} /> },
            { id: 'context', name: 'Context files', content: <ContextTab projectId={project.id} search={search} /> },
            ...(report === null ? [] : [{ id: 'found' as const, name: 'What was found', content: <ReportTab report={report} /> }]),
          ]}
        />
      )}
    </>
  );
}

/** An analysis that is under way has found nothing yet; until it has, what the last one found stays on the screen. */
function useLastReport(now: RepositoryReport | null): RepositoryReport | null {
  const [last, setLast] = useState(now);
  if (now !== null && now !== last) setLast(now);
  return now ?? last;
}

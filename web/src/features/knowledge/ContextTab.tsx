import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ContextFileName } from '@maestro/protocol';
import type { ContextFileView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link, addressWith } from '../../platform/router.js';
import { Age, Failure, Markdown, SkeletonRows } from '../../ui/index.js';
import { RunLink } from './AnalysisState.js';
import { VersionDiff } from './VersionDiff.js';

const NAMES = Object.values(ContextFileName);
const WHAT: Readonly<Record<ContextFileName, string>> = { codebase: 'What is there', workflow: 'How one works on it', notes: 'What is worth knowing' };

interface ContextTabProps {
  readonly projectId: string;
  readonly search: URLSearchParams;
}

/** The context files of a project: each as it is, as it was, and what changed between two versions. */
export function ContextTab({ projectId, search }: ContextTabProps): ReactNode {
  const files = useQuery(queries.contextFiles(projectId));
  if (files.data === undefined) return files.error === null ? <SkeletonRows rows={6} label="Context files are being loaded" /> : <Failure error={files.error} onRetry={files.refetch} />;
  const name = NAMES.find((each) => each === search.get('file')) ?? ContextFileName.codebase;
  const newest = files.data.find((file) => file.name === name);
  return (
    <div className="grid gap-6 pt-4 md:grid-cols-[12rem_minmax(0,1fr)]">
      <nav aria-label="Context files">
        <ul className="flex gap-1 md:flex-col">
          {NAMES.map((each) => (
            <li key={each} className="min-w-0 flex-1">
              <Link
                href={addressWith({ file: each, version: null, from: null })}
                aria-current={each === name ? 'page' : undefined}
                className="flex min-h-11 flex-col justify-center rounded-control px-3 py-1 text-muted hover:bg-raised aria-[current]:bg-raised aria-[current]:text-text"
              >
                <span className="font-mono text-small font-strong">{each}</span>
                <span className="text-small max-md:sr-only">{WHAT[each]}</span>
              </Link>
            </li>
          ))}
        </ul>
      </nav>
      {newest === undefined ? <p className="max-w-[60ch] text-muted">There is no {name} yet. An analysis of the repository writes it, and a new version whenever something in it has changed.</p> : <ContextFile key={name} newest={newest} search={search} />}
    </div>
  );
}

function ContextFile({ newest, search }: { readonly newest: ContextFileView; readonly search: URLSearchParams }): ReactNode {
  const { projectId, name } = newest;
  const version = versionIn(search.get('version'), newest.version) ?? newest.version;
  const from = versionIn(search.get('from'), newest.version);
  const file = useQuery(queries.contextText(projectId, name, version));
  return (
    <div className="grid min-w-0 content-start gap-6 lg:grid-cols-[minmax(0,1fr)_13rem]">
      <section aria-label={`${name}, version ${version}`} className="min-w-0">
        {from !== undefined && from !== version ? (
          <VersionDiff projectId={projectId} name={name} from={Math.min(from, version)} to={Math.max(from, version)} />
        ) : file.data === undefined ? (
          file.error === null ? <SkeletonRows rows={8} label={`${name} is being loaded`} /> : <Failure error={file.error} onRetry={file.refetch} />
        ) : (
          <Markdown text={file.data.text ?? ''} className="appear" />
        )}
      </section>
      <Versions of={newest} shown={version} from={from} />
    </div>
  );
}

/** Each version with when and by what it came to be; one shows it, or what it changed. */
function Versions({ of: { projectId, name }, shown, from }: { readonly of: ContextFileView; readonly shown: number; readonly from: number | undefined }): ReactNode {
  const versions = useQuery(queries.contextVersions(projectId, name));
  if (versions.data === undefined) return versions.error === null ? <SkeletonRows rows={2} label="Versions are being loaded" /> : <Failure error={versions.error} onRetry={versions.refetch} />;
  const newestFirst = versions.data.toSorted((a, b) => b.version - a.version);
  return (
    <section aria-labelledby="versions" className="flex min-w-0 flex-col gap-2">
      <h2 id="versions" className="text-small text-muted">
        Versions
      </h2>
      <ol className="flex flex-col gap-1">
        {newestFirst.map(({ version, createdAt, commit, run }) => (
          <li key={version} className={`flex flex-col gap-0.5 rounded-control px-3 py-1.5 ${version === shown ? 'bg-raised' : ''}`}>
            <p className="flex items-baseline gap-2">
              <Link href={addressWith({ version: String(version), from: null })} aria-current={version === shown && from === undefined ? 'true' : undefined} className="font-strong hover:underline max-md:py-2">
                Version {version}
              </Link>
              <Age at={createdAt} className="text-small text-muted" />
            </p>
            <p className="text-small text-muted">
              Analysis of <span className="font-mono">{commit.slice(0, 8)}</span>
            </p>
            <p className="flex flex-wrap gap-x-3 text-small">
              {run !== null && <RunLink runId={run} />}
              {version > 1 && (
                <Link href={addressWith({ version: String(version), from: String(version - 1) })} aria-current={version === shown && from === version - 1 ? 'true' : undefined} className="text-accent underline underline-offset-2 aria-[current]:font-strong max-md:py-2">
                  What changed
                </Link>
              )}
              {version !== shown && version !== shown - 1 && version !== shown + 1 && (
                <Link href={addressWith({ from: String(version) })} className="text-accent underline underline-offset-2 max-md:py-2">
                  Compare with {shown}
                </Link>
              )}
            </p>
          </li>
        ))}
      </ol>
    </section>
  );
}

/** A version that there is. */
function versionIn(text: string | null, newest: number): number | undefined {
  const version = Number(text);
  return text !== null && Number.isInteger(version) && version >= 1 && version <= newest ? version : undefined;
}

import type { ReactNode } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Decoration, Diff, Hunk } from 'react-diff-view';
import type { ContextFileName } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Failure, SkeletonRows } from '../../ui/index.js';
import { countsOf, hunksOf } from './domain/version-diff.js';
import '../../ui/diff.css';

interface VersionDiffProps {
  readonly projectId: string;
  readonly name: ContextFileName;
  readonly from: number;
  readonly to: number;
}

/** What changed between two versions of a context file. */
export function VersionDiff({ projectId, name, from, to }: VersionDiffProps): ReactNode {
  const diff = useQuery(queries.contextDiff(projectId, name, from, to));
  if (diff.data === undefined) return diff.error === null ? <SkeletonRows rows={8} label="What changed is being loaded" /> : <Failure error={diff.error} onRetry={diff.refetch} />;
  const { added, removed } = countsOf(diff.data.lines);
  const hunks = hunksOf(diff.data.lines);
  return (
    <figure className="appear flex min-w-0 flex-col gap-2">
      <figcaption className="flex flex-wrap items-baseline gap-x-3">
        <span className="font-strong">
          From version {from} to {to}
        </span>
        <span className="text-small text-muted tabular-nums">
          {added} {added === 1 ? 'line' : 'lines'} added, {removed} removed
        </span>
      </figcaption>
      {hunks.length === 0 ? (
        <p className="text-muted">Nothing changed between these versions.</p>
      ) : (
        <div className="overflow-hidden rounded-control border border-border">
          <Diff diffType="modify" hunks={[...hunks]} viewType="unified">
            {(shown) =>
              shown.flatMap((hunk) => [
                <Decoration key={`head ${hunk.content}`}>{hunk.content}</Decoration>,
                <Hunk key={hunk.content} hunk={hunk} />,
              ])
            }
          </Diff>
        </div>
      )}
    </figure>
  );
}

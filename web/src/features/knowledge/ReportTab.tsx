import type { ReactNode } from 'react';
import type { RepositoryReport } from '@maestro/protocol';
import { counted } from '../../ui/index.js';

/** Of each list, before the rest is only counted. */
const SHOWN = 12;

/** What the last analysis found, as it handed it in. */
export function ReportTab({ report }: { readonly report: RepositoryReport }): ReactNode {
  const { languages, frameworks, packages, commands, entryPoints, graph, churn, churnCommits } = report;
  return (
    <div className="grid gap-x-8 gap-y-6 pt-4 md:grid-cols-2">
      <Part title="Languages" of={languages} row={({ name, files, lines }) => [name, `${counted(files, 'file')}, ${counted(lines, 'line')}`]} />
      <Part title="Frameworks" of={frameworks} row={({ name, because }) => [name, because]} />
      <Part title="Packages" of={packages} mono row={({ name, manager, path }) => [name, `${manager}, ${path}`]} />
      <Part title="Commands" of={commands} mono row={({ name, command }) => [name, command]} />
      <Part title="Entry points" of={entryPoints} mono row={({ path, because }) => [path, because]} />
      <Part title="Most imported files" of={graph.hubs} mono row={({ path, count }) => [path, `by ${counted(count, 'file')}`]} />
      <Part title={`Changed most often in ${counted(churnCommits, 'commit')}`} of={churn} mono row={({ path, commits }) => [path, `in ${counted(commits, 'commit')}`]} />
      <Part title="Imports that lead nowhere" of={graph.unresolved} mono row={({ path, specifier }) => [specifier, path]} />
    </div>
  );
}

interface PartProps<T> {
  readonly title: string;
  readonly of: readonly T[];
  readonly mono?: boolean;
  readonly row: (item: T) => readonly [string, string];
}

function Part<T>({ title, of, mono = false, row }: PartProps<T>): ReactNode {
  if (of.length === 0) return null;
  return (
    <section className="flex min-w-0 flex-col gap-1">
      <h2 className="flex items-center gap-2 font-strong">
        {title} <span className="font-normal text-muted tabular-nums">{of.length}</span>
      </h2>
      <ul className="divide-y divide-border border-y border-border">
        {of.slice(0, SHOWN).map((item, at) => {
          const [name, note] = row(item);
          return (
            <li key={at} className="flex min-h-8 flex-wrap items-center gap-x-3 py-1">
              <span className={`min-w-0 break-all ${mono ? 'font-mono text-small' : ''}`}>{name}</span>
              <span className="min-w-0 flex-1 text-right text-small break-words text-muted tabular-nums">{note}</span>
            </li>
          );
        })}
      </ul>
      {of.length > SHOWN && <p className="text-small text-muted">and {of.length - SHOWN} more</p>}
    </section>
  );
}

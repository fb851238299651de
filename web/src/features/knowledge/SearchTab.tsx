import { useEffect, useRef, useState } from 'react';
import type { ReactNode } from 'react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Search } from 'lucide-react';
import { ARTIFACT_KINDS } from '@maestro/protocol';
import type { KnowledgeAnswer, RepositoryReport } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { setSearch } from '../../platform/router.js';
import { useShortcuts } from '../../platform/shortcuts.js';
import { Callout, Failure, SelectField, SkeletonRows, counted } from '../../ui/index.js';
import { askedAs, rankingSentence } from './domain/search.js';
import type { Question } from './domain/search.js';
import { Hit } from './Hit.js';

interface SearchTabProps {
  readonly projectId: string;
  readonly question: Question;
  /** Of the last analysis: what there is to narrow a search by. */
  readonly report: RepositoryReport | null;
}

/** A search in the catalog, and what it found. The address holds it, so it can be sent and comes back with a reload. */
export function SearchTab({ projectId, question, report }: SearchTabProps): ReactNode {
  const asked = askedAs(question);
  const answer = useQuery({ ...queries.knowledge(projectId, asked ?? ''), enabled: asked !== undefined, placeholderData: keepPreviousData });
  return (
    <div className="flex flex-col gap-4 pt-4">
      <search className="flex flex-wrap gap-2">
        <Words q={question.q} />
        <Filters question={question} report={report} />
      </search>
      {asked === undefined && <p className="max-w-[60ch] text-muted">Ask in words for what you need, such as “parse a date” or “retry with back-off”, or for a name that you remember in part.</p>}
      {asked !== undefined && answer.data === undefined && (answer.error === null ? <SkeletonRows rows={6} label="Hits are being looked for" /> : <Failure error={answer.error} onRetry={answer.refetch} />)}
      {asked !== undefined && answer.data !== undefined && <Answer answer={answer.data} fresh={!answer.isPlaceholderData} />}
    </div>
  );
}

function Answer({ answer, fresh }: { readonly answer: KnowledgeAnswer; readonly fresh: boolean }): ReactNode {
  const { data, artifacts, commit, behind } = answer;
  return (
    <div className={`flex flex-col gap-3 ${fresh ? '' : 'opacity-60'}`}>
      <p role="status" className="text-small text-muted">
        <span className="tabular-nums">{data.length === 0 ? 'Nothing found' : counted(data.length, 'hit')}</span> among {counted(artifacts, 'artifact')}
        {commit !== null && (
          <>
            {' at '}
            <span className="font-mono">{commit.slice(0, 12)}</span>
          </>
        )}
        . {rankingSentence(answer)}
      </p>
      {behind && (
        <Callout kind="warning">
          <p>The base branch has moved on since the analysis. What was found may have changed; analyse again to know.</p>
        </Callout>
      )}
      {data.length === 0 ? (
        <p className="max-w-[60ch] text-muted">Try other words, fewer of them, or take a filter away.</p>
      ) : (
        <ol className="divide-y divide-border overflow-hidden rounded-control border border-border">
          {data.map((hit) => (
            <Hit key={hit.id} hit={hit} />
          ))}
        </ol>
      )}
    </div>
  );
}

/** How long somebody pauses before what they typed is asked. */
const PAUSE_MS = 200;

function Words({ q }: { readonly q: string }): ReactNode {
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(q);
  const asked = useRef(q);
  useEffect(() => {
    // The address changed by itself: somebody went back, or followed a link.
    if (q === asked.current) return;
    asked.current = q;
    setText(q);
  }, [q]);
  useEffect(() => {
    const words = text.trim();
    if (words === asked.current) return undefined;
    const timer = setTimeout(() => {
      asked.current = words;
      setSearch({ q: words === '' ? null : words }, { replace: true });
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useShortcuts('Knowledge', [
    {
      keys: '/',
      says: 'Search the catalog',
      run: () => {
        field.current?.focus();
        field.current?.select();
      },
    },
  ]);
  return (
    <label className="flex h-8 min-w-0 flex-1 basis-72 items-center gap-2 rounded-control max-md:basis-full border border-outline bg-surface px-2.5 focus-within:outline-2 focus-within:outline-offset-2 focus-within:outline-accent max-md:h-11">
      <Search aria-hidden className="size-4 shrink-0 text-muted" strokeWidth={1.75} />
      <span className="sr-only">Search the catalog</span>
      <input ref={field} type="search" value={text} maxLength={500} placeholder="What is there to use again?" onChange={(event) => setText(event.target.value)} className="h-full min-w-0 flex-1 bg-transparent outline-none" />
    </label>
  );
}

function Filters({ question, report }: { readonly question: Question; readonly report: RepositoryReport | null }): ReactNode {
  return (
    <>
      <Filter name="kind" all="Any kind" chosen={question.kind} choices={ARTIFACT_KINDS} />
      <Filter name="language" all="Any language" chosen={question.language} choices={report?.languages.map(({ name }) => name) ?? []} />
      <Filter name="framework" all="Any framework" chosen={question.framework} choices={report?.frameworks.map(({ name }) => name) ?? []} />
    </>
  );
}

interface FilterProps {
  readonly name: 'kind' | 'language' | 'framework';
  readonly all: string;
  readonly chosen: string | null;
  readonly choices: readonly string[];
}

function Filter({ name, all, chosen, choices }: FilterProps): ReactNode {
  // What an address asks for is shown, even if the last analysis does not know it.
  const shown = chosen === null || choices.includes(chosen) ? choices : [chosen, ...choices];
  return (
    <SelectField label={`Only this ${name}`} labelHidden className="w-36 max-md:min-w-32 max-md:flex-1" value={chosen ?? ''} onChange={(event) => setSearch({ [name]: event.target.value === '' ? null : event.target.value }, { replace: true })}>
      <option value="">{all}</option>
      {shown.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </SelectField>
  );
}

import { useEffect, useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ClipboardCheck, Flag } from 'lucide-react';
import type { TeamView } from '@maestro/protocol';
import { queries } from '../../api/index.js';
import { Link } from '../../platform/router.js';
import { Age, Failure, Markdown, SkeletonRows } from '../../ui/index.js';
import { saidIn } from './domain/team.js';
import type { Said } from './domain/team.js';

/** What is said, live, oldest first. It stays at its end unless somebody has scrolled up to read. */
export function Channel({ team }: { readonly team: TeamView }): ReactNode {
  const messages = useQuery(queries.channel(team.id));
  const end = useRef<HTMLDivElement>(null);
  useStayAtEnd(end, messages.data?.length ?? 0);
  return (
    <section aria-labelledby="channel" className="flex flex-1 flex-col px-4 pt-3">
      <h3 id="channel" className="pb-1 text-small text-muted">
        Channel
      </h3>
      {messages.data === undefined && (messages.error === null ? <SkeletonRows rows={4} label="Messages are being loaded" /> : <Failure error={messages.error} onRetry={messages.refetch} />)}
      {messages.data?.length === 0 && <p className="text-muted">Nothing was said yet. Workers report here what they finish, and talk when they need each other.</p>}
      <div role="log" aria-label="Messages">
        <ol className="flex flex-col gap-3 pb-4">
          {saidIn(messages.data ?? [], team).map((said) => (
            <Message key={said.seq} said={said} />
          ))}
        </ol>
      </div>
      <div ref={end} />
    </section>
  );
}

function Message({ said }: { readonly said: Said }): ReactNode {
  const { kind, author, text, run, at } = said;
  return (
    <li className="appear flex flex-col gap-0.5">
      <p className="flex flex-wrap items-center gap-x-2 text-small text-muted">
        {kind === 'report' && <ClipboardCheck aria-hidden className="size-3.5" strokeWidth={1.75} />}
        {kind === 'steering' && <Flag aria-hidden className={`size-3.5 ${said.standing ? 'text-accent' : ''}`} strokeWidth={1.75} />}
        <span className={author.type === 'person' ? 'font-strong text-text' : 'text-text'}>{author.type === 'studio' ? 'Studio' : author.name}</span>
        <span>{wordOf(said)}</span>
        <Age at={at} />
        {run !== null && (
          <Link href={`/runs/${run}`} className="text-accent underline underline-offset-2">
            its run
          </Link>
        )}
      </p>
      {kind === 'report' ? <p className="break-words">{text}</p> : <Markdown text={text} className={kind === 'steering' && !said.standing ? 'text-muted line-through' : ''} />}
    </li>
  );
}

function wordOf({ kind, author, standing }: Said): string {
  if (kind === 'report') return 'reports';
  if (kind === 'steering') return standing ? 'directs, for all that follows' : 'directed, and took it back';
  return author.type === 'person' ? 'says to all' : 'says';
}

/** Keeps the end in view while it was in view before something was added. */
function useStayAtEnd(end: RefObject<HTMLElement | null>, count: number): void {
  const seen = useRef(true);
  useEffect(() => {
    const target = end.current;
    if (target === null) return undefined;
    // Some room below counts as the end: what is being typed covers it.
    const observer = new IntersectionObserver(([entry]) => (seen.current = entry?.isIntersecting ?? seen.current), { rootMargin: '0px 0px 120px 0px' });
    observer.observe(target);
    return () => observer.disconnect();
  }, [end]);
  useEffect(() => {
    if (seen.current) end.current?.scrollIntoView({ block: 'end' });
  }, [end, count]);
}

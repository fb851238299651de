import { useRef } from 'react';
import type { ReactNode, RefObject } from 'react';
import type { MembershipView } from '@maestro/protocol';
import { Link } from '../../platform/router.js';
import { useShortcuts } from '../../platform/shortcuts.js';
import { Age, Failure, Page, Sentence, SkeletonRows, StatusIcon } from '../../ui/index.js';
import type { Look } from '../../ui/index.js';
import { NEEDS, urgent } from './domain/inbox.js';
import type { InboxItem, Need } from './domain/inbox.js';
import { useInbox } from './use-inbox.js';

const LOOKS: Readonly<Record<Need, Look>> = {
  blocked: { word: 'Blocked tasks', shape: 'diamond', hue: 'blocked' },
  notice: { word: 'Plans that cannot go on', shape: 'diamond', hue: 'blocked' },
  talked_out: { word: 'Teams that wait for a word', shape: 'held', hue: 'progress' },
  silent: { word: 'Silent workers', shape: 'dashed', hue: 'progress' },
  offered: { word: 'Offered to you', shape: 'empty', hue: 'review' },
  release: { word: 'Ready to release', shape: 'most', hue: 'landing' },
  invite: { word: 'Invites that wait', shape: 'empty', hue: 'quiet' },
};

/** What needs somebody, over all projects. Each leads to the place where something can be done about it. */
export function InboxPage({ memberships }: { readonly memberships: readonly MembershipView[] }): ReactNode {
  const inbox = useInbox(memberships);
  const list = useRef<HTMLDivElement>(null);
  useRowKeys(list);
  const count = urgent(inbox.items);
  return (
    <Page title="Inbox" lead="What needs a person, over all projects. Everything else goes on by itself.">
      <p aria-live="polite" className="sr-only">
        {inbox.isKnown ? `${count} ${count === 1 ? 'thing needs' : 'things need'} you` : ''}
      </p>
      {inbox.error !== null && <Failure error={inbox.error} onRetry={inbox.retry} />}
      {!inbox.isKnown && inbox.error === null && inbox.items.length === 0 && <SkeletonRows rows={5} label="The inbox is being loaded" />}
      {inbox.isKnown && inbox.items.length === 0 && <Nothing />}
      <div ref={list} className="flex flex-col gap-6">
        {NEEDS.map((need) => (
          <Group key={need} need={need} items={inbox.items.filter((item) => item.need === need)} />
        ))}
      </div>
    </Page>
  );
}

function Nothing(): ReactNode {
  return (
    <div className="flex max-w-[60ch] items-start gap-3">
      <span className="flex h-5 items-center">
        <StatusIcon look={{ word: 'Nothing', shape: 'check', hue: 'done' }} />
      </span>
      <p className="text-muted">Nothing needs you. Blocked tasks, plans that cannot go on or wait to be released, silent workers and tasks offered to you appear here as soon as there are any.</p>
    </div>
  );
}

function Group({ need, items }: { readonly need: Need; readonly items: readonly InboxItem[] }): ReactNode {
  if (items.length === 0) return null;
  const heading = `inbox-${need}`;
  return (
    <section aria-labelledby={heading} className="appear flex flex-col gap-2">
      <h2 id={heading} className="flex items-center gap-2 font-strong">
        {LOOKS[need].word} <span className="font-normal text-muted tabular-nums">{items.length}</span>
      </h2>
      <ul className="divide-y divide-border overflow-hidden rounded-control border border-border">
        {items.map((item) => (
          <li key={item.id}>
            <Item item={item} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function Item({ item: { need, taskKey, title, sentence, where, href, at } }: { readonly item: InboxItem }): ReactNode {
  return (
    <Link href={href} data-row className="flex gap-3 px-4 py-2 -outline-offset-2 hover:bg-raised/70">
      <span className="flex h-5 items-center">
        <StatusIcon look={LOOKS[need]} />
      </span>
      <span className="flex min-w-0 flex-1 flex-col gap-0.5">
        <span className="flex flex-wrap items-baseline gap-x-2">
          {taskKey !== null && <span className="font-mono text-small text-muted">{taskKey}</span>}
          <span className="min-w-0 font-strong">{title}</span>
          <span className="min-w-0 text-small text-muted">{where}</span>
        </span>
        <span className="max-w-[85ch]">
          <Sentence text={sentence} />
        </span>
      </span>
      <Age at={at} className="w-13 shrink-0 text-right text-small/5 text-muted" />
    </Link>
  );
}

/** `j` and `k` go from one row to the next; `Enter` opens it, as it does with every link. */
function useRowKeys(list: RefObject<HTMLElement | null>): void {
  const go = (by: 1 | -1) => (): void => {
    const rows = [...(list.current?.querySelectorAll<HTMLElement>('[data-row]') ?? [])];
    const now = rows.findIndex((row) => row === document.activeElement);
    rows[now === -1 ? (by === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, now + by))]?.focus();
  };
  useShortcuts('Inbox', [
    { keys: 'j', says: 'Next', run: go(1) },
    { keys: 'k', says: 'Previous', run: go(-1) },
    { keys: 'ArrowDown', says: 'Next', run: go(1) },
    { keys: 'ArrowUp', says: 'Previous', run: go(-1) },
  ]);
}

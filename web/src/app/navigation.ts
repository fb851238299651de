import { BookOpen, FolderGit2, Inbox, Server, UsersRound } from 'lucide-react';
import type { LucideIcon } from 'lucide-react';

/** A page that the rail leads to. */
interface Place {
  readonly href: string;
  readonly name: string;
  readonly Icon: LucideIcon;
  /** The second key after `g`. */
  readonly key: string;
  /** Addresses that belong to it, so that the rail shows where one is. */
  readonly owns: RegExp;
}

export const PLACES: readonly Place[] = [
  { href: '/inbox', name: 'Inbox', Icon: Inbox, key: 'i', owns: /^\/inbox/ },
  { href: '/', name: 'Projects', Icon: FolderGit2, key: 'p', owns: /^\/(?:$|projects\/|plans\/|runs\/)/ },
  { href: '/fleet', name: 'Fleet', Icon: Server, key: 'f', owns: /^\/fleet/ },
  { href: '/knowledge', name: 'Knowledge', Icon: BookOpen, key: 'k', owns: /^\/knowledge/ },
  { href: '/members', name: 'Members', Icon: UsersRound, key: 'm', owns: /^\/members/ },
];

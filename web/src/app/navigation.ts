import { FolderGit2, UsersRound } from 'lucide-react';
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
  { href: '/', name: 'Projects', Icon: FolderGit2, key: 'p', owns: /^\/(?:$|projects\/|plans\/|runs\/)/ },
  { href: '/members', name: 'Members', Icon: UsersRound, key: 'm', owns: /^\/members/ },
];

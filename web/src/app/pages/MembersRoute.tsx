import type { ReactNode } from 'react';
import { MembersPage } from '../../features/members/index.js';
import { useMe } from '../me.js';

export function MembersRoute(): ReactNode {
  const { user, memberships } = useMe();
  return <MembersPage user={user} memberships={memberships} />;
}

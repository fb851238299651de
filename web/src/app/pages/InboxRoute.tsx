import type { ReactNode } from 'react';
import { InboxPage } from '../../features/inbox/index.js';
import { useMe } from '../me.js';

export function InboxRoute(): ReactNode {
  return <InboxPage memberships={useMe().memberships} />;
}

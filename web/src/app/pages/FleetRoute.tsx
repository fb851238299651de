import type { ReactNode } from 'react';
import { FleetPage } from '../../features/fleet/index.js';
import { useMe } from '../me.js';

export function FleetRoute(): ReactNode {
  return <FleetPage memberships={useMe().memberships} />;
}

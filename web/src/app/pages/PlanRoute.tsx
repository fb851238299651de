import type { ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { PlanPage } from '../../features/plans/index.js';
import { useMe } from '../me.js';

export function PlanRoute(): ReactNode {
  const { planId } = useParams({ from: '/plans/$planId' });
  const { memberships } = useMe();
  return <PlanPage key={planId} planId={planId} memberships={memberships} />;
}

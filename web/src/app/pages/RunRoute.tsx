import type { ReactNode } from 'react';
import { useParams } from '@tanstack/react-router';
import { RunPage } from '../../features/runs/index.js';

export function RunRoute(): ReactNode {
  const { runId } = useParams({ from: '/runs/$runId' });
  return <RunPage key={runId} runId={runId} />;
}

import type { ReactNode } from 'react';
import { KnowledgePage } from '../../features/knowledge/index.js';
import { useMe } from '../me.js';

export function KnowledgeRoute(): ReactNode {
  return <KnowledgePage memberships={useMe().memberships} />;
}

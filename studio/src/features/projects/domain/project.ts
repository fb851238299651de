import type { Policy, Provider, Remote } from '@maestro/protocol';

/** A project as stored, its policy complete. Times are ISO 8601. */
export interface ProjectRecord {
  readonly id: string;
  readonly workspaceId: string;
  readonly key: string;
  readonly name: string;
  readonly provider: Provider;
  readonly normalizedRemote: string;
  readonly remote: Remote;
  readonly baseBranch: string;
  readonly policy: Policy;
  readonly createdAt: string;
}

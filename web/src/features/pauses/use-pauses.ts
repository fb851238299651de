import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { UseMutationResult } from '@tanstack/react-query';
import type { PauseView } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';
import { pausePath } from './domain/pauses.js';

/** What is paused in a project, from the workspace down to its sessions. Empty until it is known: nobody is told of a pause by guess. */
export function usePauses(projectId: string | undefined): readonly PauseView[] {
  return useQuery({ ...queries.pauses(projectId ?? ''), enabled: projectId !== undefined }).data ?? [];
}

/** Ends a pause. Everybody else learns of it from the feed; this page asks at once. */
export function useResume({ scope, subject }: PauseView): UseMutationResult<unknown, Error, void> {
  const client = useQueryClient();
  return useMutation({ mutationFn: () => post(pausePath(scope, subject, 'resume')), onSettled: () => client.invalidateQueries({ queryKey: ['pauses'] }) });
}

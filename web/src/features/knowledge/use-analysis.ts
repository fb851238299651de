import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { AnalysisView, StartAnalysis } from '@maestro/protocol';
import { post, queries } from '../../api/index.js';

/** How far the newest analysis of a project is, and the way to ask for another. */
export function useAnalysis(projectId: string) {
  const client = useQueryClient();
  const { queryKey } = queries.analysis(projectId);
  const analysis = useQuery(queries.analysis(projectId));
  const starting = useMutation({
    mutationFn: () => post<AnalysisView>(`/projects/${projectId}/analysis`, {} satisfies StartAnalysis),
    onSuccess: (asked) => client.setQueryData(queryKey, asked),
  });
  return { analysis, starting };
}

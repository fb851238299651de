import type { AnalysisView } from '@maestro/protocol';
import { Refused, get } from './client.js';

/** The newest analysis of a project; null when there never was one, which is an answer here and no failure. @throws Refused, Unreachable */
export async function readAnalysis(projectId: string, signal: AbortSignal): Promise<AnalysisView | null> {
  try {
    return await get<AnalysisView>(`/projects/${projectId}/analysis`, signal);
  } catch (error) {
    if (error instanceof Refused && error.code === 'never_analysed') return null;
    throw error;
  }
}

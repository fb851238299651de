/** Whether tasks wait for each other in a circle: Kahn's algorithm, so that depth costs no stack. */
export function hasCycle(dependencies: readonly { readonly taskId: string; readonly dependsOn: string }[]): boolean {
  const waiting = new Map<string, number>();
  const dependents = new Map<string, string[]>();
  for (const { taskId, dependsOn } of dependencies) {
    waiting.set(taskId, (waiting.get(taskId) ?? 0) + 1);
    if (!waiting.has(dependsOn)) waiting.set(dependsOn, 0);
    dependents.set(dependsOn, [...(dependents.get(dependsOn) ?? []), taskId]);
  }
  const free = [...waiting].filter(([, count]) => count === 0).map(([id]) => id);
  let seen = 0;
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    seen += 1;
    for (const dependent of dependents.get(id) ?? []) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left === 0) free.push(dependent);
    }
  }
  return seen < waiting.size;
}

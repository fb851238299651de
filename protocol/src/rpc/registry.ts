import type { Direction, Method } from './define-method.js';

/** All methods of the protocol, looked up by name or by direction. */
export interface MethodRegistry {
  readonly methods: readonly Method[];
  get(name: string): Method | undefined;
  inDirection(direction: Direction): readonly Method[];
}

/**
 * Throws when two methods share a name. The two directions share one namespace: a name that means one thing upward and another
 * downward would make every log line ambiguous, and OpenRPC knows one list.
 */
export function createRegistry(methods: readonly Method[]): MethodRegistry {
  const byName = new Map<string, Method>();
  for (const method of methods) {
    if (byName.has(method.name)) throw new Error(`Method ${method.name} is defined twice.`);
    byName.set(method.name, method);
  }
  const all = Object.freeze([...methods]);
  return {
    methods: all,
    get: (name) => byName.get(name),
    inDirection: (direction) => all.filter((method) => method.direction === direction),
  };
}

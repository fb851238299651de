import type { BusHandler, Json, Unsubscribe } from './bus.js';

/** Who listens to what in this process; the half that both buses share. */
export class Handlers {
  private readonly byTopic = new Map<string, Set<BusHandler>>();

  constructor(private readonly onError: (error: unknown, topic: string) => void) {}

  add(topic: string, handler: BusHandler): Unsubscribe {
    // Wrapped, so that one function subscribed twice is called twice and unsubscribed once at a time.
    const own: BusHandler = (message) => handler(message);
    const handlers = this.byTopic.get(topic) ?? new Set();
    this.byTopic.set(topic, handlers.add(own));
    return () => {
      handlers.delete(own);
      if (handlers.size === 0 && this.byTopic.get(topic) === handlers) this.byTopic.delete(topic);
    };
  }

  has(topic: string): boolean {
    return this.byTopic.has(topic);
  }

  /** Later than now, in order: a publisher inside a handler must not nest, nor wait for its listeners. */
  deliver(topic: string, message: Json): void {
    queueMicrotask(() => {
      for (const handler of [...(this.byTopic.get(topic) ?? [])]) {
        try {
          handler(message);
        } catch (error) {
          this.onError(error, topic);
        }
      }
    });
  }

  clear(): void {
    this.byTopic.clear();
  }
}

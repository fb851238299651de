import { Bus } from './bus.js';
import type { BusHandler, Json, Unsubscribe } from './bus.js';
import { Handlers } from './handlers.js';

/** The bus of a studio that is alone. */
export class InProcessBus extends Bus {
  private readonly handlers: Handlers;

  constructor(onError: (error: unknown, topic: string) => void) {
    super();
    this.handlers = new Handlers(onError);
  }

  publish(topic: string, message: Json): void {
    // Through JSON, so that what works here works over Redis, and a handler cannot change the publisher's object.
    this.handlers.deliver(topic, JSON.parse(JSON.stringify(message)) as Json);
  }

  subscribe(topic: string, handler: BusHandler): Unsubscribe {
    return this.handlers.add(topic, handler);
  }

  close(): Promise<void> {
    this.handlers.clear();
    return Promise.resolve();
  }
}

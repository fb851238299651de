/** Anything JSON can carry. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export type BusHandler = (message: Json) => void;
export type Unsubscribe = () => void;

/**
 * Hints between the studio's processes. **A message may be lost and never carries state**: whoever waits for one also polls.
 *
 * - `publish` returns at once and never throws: a bus that is down must not fail the write that caused the hint.
 * - Delivery is asynchronous, also to handlers in this process, at most once per handler, in order per publisher.
 * - Handlers in the publishing process are reached even while the transport is down.
 * - A handler that throws is logged and harms no other.
 */
export abstract class Bus {
  abstract publish(topic: string, message: Json): void;
  abstract subscribe(topic: string, handler: BusHandler): Unsubscribe;
  abstract close(): Promise<void>;
}

import { z } from 'zod';
import { wireError } from './errors.js';
import type { WireError } from './errors.js';
import { ViolationKind } from './ports.js';
import type { PeerLimits } from './ports.js';

/** An id as we accept it: JSON-RPC 2.0 §4 discourages null and fractions, and objects it never allowed. */
const requestId = z.union([z.string().min(1).max(128), z.number().int()]);
export type RequestId = z.infer<typeof requestId>;

// `z.record` would copy every member only to throw the copy away: the method's own schema parses them next.
const structured = z.custom<object>((value) => typeof value === 'object' && value !== null);

// Besides the standard's members, `traceparent` of W3C Trace Context, in the place where StreamJsonRpc has it too.
const requestEnvelope = z.strictObject({ jsonrpc: z.literal('2.0'), id: requestId, method: z.string().min(1).max(128), params: structured.optional(), traceparent: z.string().max(200).optional() });
const notificationEnvelope = requestEnvelope.omit({ id: true });
const resultEnvelope = z.strictObject({ jsonrpc: z.literal('2.0'), id: requestId, result: z.unknown() });
const errorEnvelope = z.strictObject({ jsonrpc: z.literal('2.0'), id: requestId.nullable(), error: wireError });

/** One message, after its envelope was checked. */
export type Inbound =
  | { readonly kind: 'request'; readonly id: RequestId; readonly method: string; readonly params: object; readonly traceparent: string | undefined }
  | { readonly kind: 'notification'; readonly method: string; readonly params: object; readonly traceparent: string | undefined }
  | { readonly kind: 'result'; readonly id: RequestId; readonly result: unknown }
  | { readonly kind: 'error'; readonly id: RequestId | null; readonly error: WireError }
  /** `answer` is false for what looks like an answer: answering answers lets two peers shout at each other forever. */
  | { readonly kind: 'invalid'; readonly id: RequestId | null; readonly answer: boolean };

export type Decoded =
  | { readonly ok: true; readonly batch: boolean; readonly messages: readonly Inbound[] }
  | { readonly ok: false; readonly violation: ViolationKind; readonly code: 'parse_error' | 'invalid_request' | 'too_large' };

/** Text to checked envelopes. Never throws; cost is linear in the text, which is bounded first. */
export function decode(text: string, limits: PeerLimits): Decoded {
  if (!fitsBytes(text, limits.maxMessageBytes)) return { ok: false, violation: ViolationKind.tooLarge, code: 'too_large' };
  let payload: unknown;
  try {
    payload = JSON.parse(text);
  } catch {
    return { ok: false, violation: ViolationKind.notJson, code: 'parse_error' };
  }
  const violation = inspect(payload, limits.maxDepth);
  if (violation !== undefined) return { ok: false, violation, code: 'invalid_request' };
  if (!Array.isArray(payload)) return { ok: true, batch: false, messages: [classify(payload)] };
  if (payload.length === 0 || payload.length > limits.maxBatch) {
    return { ok: false, violation: ViolationKind.badBatch, code: 'invalid_request' };
  }
  return { ok: true, batch: true, messages: payload.map(classify) };
}

function classify(payload: unknown): Inbound {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return { kind: 'invalid', id: null, answer: true };
  const looksLikeAnswer = !('method' in payload) && ('result' in payload || 'error' in payload);
  if (looksLikeAnswer) return classifyAnswer(payload);
  if (!('id' in payload)) {
    const parsed = notificationEnvelope.safeParse(payload);
    return parsed.success ? { kind: 'notification', method: parsed.data.method, params: parsed.data.params ?? {}, traceparent: parsed.data.traceparent } : { kind: 'invalid', id: null, answer: true };
  }
  const parsed = requestEnvelope.safeParse(payload);
  if (parsed.success) return { kind: 'request', id: parsed.data.id, method: parsed.data.method, params: parsed.data.params ?? {}, traceparent: parsed.data.traceparent };
  const id = requestId.safeParse(payload.id);
  return { kind: 'invalid', id: id.success ? id.data : null, answer: true };
}

function classifyAnswer(payload: object): Inbound {
  if ('result' in payload) {
    const parsed = resultEnvelope.safeParse(payload);
    return parsed.success ? { kind: 'result', id: parsed.data.id, result: parsed.data.result } : { kind: 'invalid', id: null, answer: false };
  }
  const parsed = errorEnvelope.safeParse(payload);
  return parsed.success ? { kind: 'error', id: parsed.data.id, error: parsed.data.error } : { kind: 'invalid', id: null, answer: false };
}

/**
 * Refuses what later code would stumble over: nesting that overflows a recursive consumer, and own `__proto__` members, which
 * become a prototype when somebody copies them by assignment. Walks with its own stack, since the input chooses the depth.
 */
function inspect(root: unknown, maxDepth: number): ViolationKind | undefined {
  const values: unknown[] = [root];
  const depths: number[] = [1];
  for (let value = values.pop(); value !== undefined; value = values.pop()) {
    const depth = depths.pop() ?? 1;
    if (typeof value !== 'object' || value === null) continue;
    if (depth > maxDepth) return ViolationKind.tooDeep;
    if (!Array.isArray(value) && Object.hasOwn(value, '__proto__')) return ViolationKind.forbiddenKey;
    for (const child of Object.values(value)) {
      if (typeof child !== 'object' || child === null) continue;
      values.push(child);
      depths.push(depth + 1);
    }
  }
  return undefined;
}

/** Whether the text is at most `max` bytes as UTF-8. Counted by hand: this package has no `TextEncoder`. */
export function fitsBytes(text: string, max: number): boolean {
  if (text.length > max) return false;
  if (text.length * 3 <= max) return true;
  let bytes = 0;
  for (let index = 0; index < text.length; index += 1) {
    const unit = text.charCodeAt(index);
    // Each half of a surrogate pair counts two of the pair's four bytes. Lone halves do not occur: decoded UTF-8 has none, and
    // JSON.stringify escapes them.
    bytes += unit < 0x80 ? 1 : unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 2 : 3;
  }
  return bytes <= max;
}

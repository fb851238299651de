/**
 * The start of a trace, as a W3C traceparent: what a person does in the browser is the cause of all that follows, up to the agent. A studio
 * without a collector ignores it. By hand, where studio and daemon use the SDK of OpenTelemetry: the page makes no span of its own and sends
 * none to a collector, which it could not reach, and for this one header the SDK would be the larger part of what a page loads.
 */
export function newTraceparent(): string {
  return `00-${randomHex(16)}-${randomHex(8)}-01`;
}

function randomHex(bytes: number): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

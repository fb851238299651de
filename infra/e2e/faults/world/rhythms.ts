/** Rhythms of production, five times as fast: with shorter leases a busy machine would look like one outage after the other. */
export const QUICK: Readonly<Record<string, string>> = {
  MAESTRO_LEASE_SECONDS: '3', MAESTRO_HEARTBEAT_SECONDS: '0.8', MAESTRO_IDLE_HEARTBEAT_SECONDS: '0.8', MAESTRO_CLAIM_SECONDS: '2', MAESTRO_OFFER_COOLDOWN_SECONDS: '0.5', MAESTRO_SWEEP_SECONDS: '0.3',
  MAESTRO_LEASE_SWEEP_SECONDS: '0.1', MAESTRO_BACK_OFF_SECONDS: '0.05', MAESTRO_MOST_BACK_OFF_SECONDS: '0.2', MAESTRO_EVENT_POLL_SECONDS: '0.1', MAESTRO_LOG_LEVEL: 'info',
};
export const LEASE_MS = 3_000;

/** Nothing runs out by itself: what is over is over because somebody said so. */
export const CALM: Readonly<Record<string, string>> = { MAESTRO_LEASE_SECONDS: '300', MAESTRO_HEARTBEAT_SECONDS: '60', MAESTRO_IDLE_HEARTBEAT_SECONDS: '60', MAESTRO_CLAIM_SECONDS: '300' };

/** As in production, for crowds: a thousand machines that renew five times as fast are five thousand. */
export const PLAIN: Readonly<Record<string, string>> = { MAESTRO_LEASE_SECONDS: '15', MAESTRO_HEARTBEAT_SECONDS: '5', MAESTRO_IDLE_HEARTBEAT_SECONDS: '30', MAESTRO_CLAIM_SECONDS: '60' };

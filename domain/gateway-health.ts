/** The activity's name, by which a worker is asked how MobiFone's gateway answers it. */
export const GATEWAY_HEALTH_ACTIVITY = 'gatewayHealth';

/** MobiFone's gateway as one worker sees it: each has a circuit breaker of its own. */
export interface GatewayHealth {
  /** Whether calls are held back. */
  isOut: boolean;
  /** The latest calls, within ten seconds of the last one. */
  calls: number;
  /** Of those, without a usable answer. */
  failed: number;
}

/**
 * What we would like to rely on at MobiFone's gateway. MobiFone publishes no specification, so each is an assumption
 * until it is agreed in writing or measured; docs/gateway-promises.md says what rests on it and what remains possible
 * without it.
 */
export const GATEWAY_PROMISES = {
  P1: 'A transaction id is executed once; a repetition answers with the first result.',
  P2: 'A refusal under an id sticks.',
  P3: 'Within a known time after a command was sent, an inquiry tells its final state.',
  P4: 'Within the same time a command has landed or never will.',
  P5: 'A rollback undoes what is there and voids what comes later.',
  P6: 'A refused rollback may be ordered again under the same id.',
  P7: 'The inquiry tells amount and package.',
} as const;
export type GatewayPromise = keyof typeof GATEWAY_PROMISES;
export const GATEWAY_PROMISE_NAMES = Object.keys(GATEWAY_PROMISES) as [GatewayPromise, ...GatewayPromise[]]; // the literal's keys

/** What MobiFone's gateway is taken to keep. */
export interface GatewayTerms {
  /** The promises that are agreed or measured; none unless somebody says so. */
  kept: readonly GatewayPromise[];
  /** How long after a command was last sent an inquiry may still be wrong, and the command still land (P3, P4); milliseconds. */
  finalAfterMs: number;
}

/** How long *not found* is not believed: with P1 a repetition is harmless, so that nothing hangs on it. */
export function disbeliefMs({ kept, finalAfterMs }: GatewayTerms): number {
  return kept.includes('P1') ? 0 : finalAfterMs;
}

/** Whether a refusal is MobiFone's last word about an id whatever was sent under it before. */
export function refusalsAreFinal({ kept }: GatewayTerms): boolean {
  return kept.includes('P1') && kept.includes('P2');
}

/**
 * The promises that we would like MobiFone's gateway to keep. MobiFone publishes no specification, so each is an
 * assumption until it is agreed in writing or measured; docs/gateway-promises.md says what rests on each and what happens
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

/** What MobiFone's gateway is assumed to keep. */
export interface GatewayTerms {
  /** The promises that are agreed or measured; none by default. */
  kept: readonly GatewayPromise[];
  /** How long after a command was last sent an inquiry may still be wrong, and the command still land (P3, P4); milliseconds. */
  finalAfterMs: number;
}

/** How long *not found* proves nothing, milliseconds: none with P1, under which a repetition is harmless. */
export function disbeliefMs({ kept, finalAfterMs }: GatewayTerms): number {
  return kept.includes('P1') ? 0 : finalAfterMs;
}

/** Whether a refusal is final, whatever was sent under the same id before. */
export function refusalsAreFinal({ kept }: GatewayTerms): boolean {
  return kept.includes('P1') && kept.includes('P2');
}

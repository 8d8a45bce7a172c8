import type { Lab } from './lab/lab';
import { measure, type Measurement } from './measure';
import type { Design } from './designs';

/** Check, register, charge: the messages follow the answer. */
export const SAGA_CALLS_BEFORE_ANSWER = 3;
/** The naive saga answers when its messages are sent as well. */
export const NAIVE_CALLS_BEFORE_ANSWER = 5;

/** What we add to the gateway's own time, milliseconds. */
export interface Overhead {
  measurement: Measurement;
  /** That the gateway's calls before the answer took the gateway itself. */
  gatewayMs: number;
  overheadP50Ms: number;
}

/** Buys one at a time, and tells how much longer the answer took than the gateway itself. */
export async function overhead(
  lab: Lab,
  design: Design,
  seconds: number,
  callsBeforeAnswer: number,
  delayMs = 0,
): Promise<Overhead> {
  await lab.gateway.order({ delayMs });
  const measurement = await measure(lab, design, 'tuned', { atOnce: 1, seconds });
  const gatewayMs = (await lab.gateway.ownTimeOfACall()) * callsBeforeAnswer;
  await lab.gateway.order({});
  return { measurement, gatewayMs, overheadP50Ms: measurement.answerMs.p50 - gatewayMs };
}

import {
  BrokenCircuitError,
  circuitBreaker,
  CircuitState,
  ExponentialBackoff,
  handleWhenResult,
  SamplingBreaker,
} from 'cockatiel';
import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import type { Gateway } from './client';

/** A gateway that stops calling MobiFone while MobiFone is out, and lets one call through now and then to find out. */
export interface ProtectedGateway extends Gateway {
  /** Whether calls are held back at the moment. */
  isOut(): boolean;
}

export interface CircuitOptions {
  /** Share of failing calls, 0 to 1, that opens the circuit. */
  threshold: number;
  /** Over how long the share is measured, milliseconds. */
  windowMs: number;
  /** First and longest pause until one call is let through, milliseconds. */
  firstProbeAfterMs: number;
  longestProbeAfterMs: number;
  /** Calls held back come again after a random time between the two, so that they come back spread out. */
  comeBackFromMs: number;
  comeBackToMs: number;
  random?: () => number;
}

export const CIRCUIT_DEFAULTS: CircuitOptions = {
  threshold: 0.5,
  windowMs: 10_000,
  firstProbeAfterMs: 5_000,
  longestProbeAfterMs: 60_000,
  comeBackFromMs: 20_000,
  comeBackToMs: 80_000,
};

type AnyVerdict = GatewayVerdict | InquiryVerdict;

/**
 * Wraps a gateway in a circuit breaker. A call held back was certainly not sent, so its verdict is *retry later*.
 * A 429 is MobiFone at work, not MobiFone out, and does not count as a failure.
 */
export function protectGateway(
  gateway: Gateway,
  options: CircuitOptions = CIRCUIT_DEFAULTS,
): ProtectedGateway {
  const random = options.random ?? Math.random;
  const breaker = circuitBreaker(
    handleWhenResult((verdict) => isOutage(verdict as AnyVerdict)), // the policy runs nothing but gateway calls
    {
      breaker: new SamplingBreaker({
        threshold: options.threshold,
        duration: options.windowMs,
        minimumRps: 0.5,
      }),
      halfOpenAfter: new ExponentialBackoff({
        initialDelay: options.firstProbeAfterMs,
        maxDelay: options.longestProbeAfterMs,
      }),
    },
  );
  const held = (): Extract<GatewayVerdict, { kind: 'retry_later' }> => ({
    kind: 'retry_later',
    detail: 'MobiFone is out; calls are held back',
    retryAfterMs: Math.round(
      options.comeBackFromMs + random() * (options.comeBackToMs - options.comeBackFromMs),
    ),
  });
  const guard = async <V extends AnyVerdict>(
    call: () => Promise<V>,
  ): Promise<V | ReturnType<typeof held>> => {
    try {
      return await breaker.execute(call);
    } catch (error) {
      if (error instanceof BrokenCircuitError) return held();
      throw error;
    }
  };
  return {
    check: (command, callOptions) => guard(() => gateway.check(command, callOptions)),
    register: (command, callOptions) => guard(() => gateway.register(command, callOptions)),
    charge: (command, callOptions) => guard(() => gateway.charge(command, callOptions)),
    rollback: (command, callOptions) => guard(() => gateway.rollback(command, callOptions)),
    sms: (command, callOptions) => guard(() => gateway.sms(command, callOptions)),
    inquire: (command, callOptions) => guard(() => gateway.inquire(command, callOptions)),
    close: () => gateway.close(),
    isOut: () => breaker.state === CircuitState.Open,
  };
}

/** Silence and server errors; an answer of any kind, a broken one too, says that MobiFone is there. */
function isOutage(verdict: AnyVerdict): boolean {
  return verdict.kind === 'unknown' || (verdict.kind === 'retry_later' && verdict.retryAfterMs === undefined);
}

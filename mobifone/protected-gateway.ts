import type { Circuit } from './circuit';
import type { Gateway } from './client';
import type { GatewayCall } from './contract';

/**
 * Wraps a gateway in a circuit breaker, which tells calls apart by their number and channel: one number's trouble, under
 * however many ids it is asked about, is no outage. A call held back was certainly not sent, so its verdict is *retry later*.
 * Only verdicts with `outage` count as failures (silence, server errors, maintenance pages, refused credentials): any
 * other answer, such as a 429, a refusal or a broken contract, shows that MobiFone is reachable.
 * @param onHeld called for each call that is held back
 */
export function protectGateway(
  gateway: Gateway,
  circuit: Circuit,
  onHeld: (call: GatewayCall) => void = () => undefined,
): Gateway {
  return {
    async call(call, command, options) {
      const ended = circuit.letThrough(command.msisdn, options?.channel);
      if (!ended) {
        onHeld(call);
        return {
          kind: 'retry_later',
          detail: 'MobiFone is out; calls are held back',
          retryAfterMs: circuit.retryAfterMs(),
          outage: true,
        };
      }
      try {
        const verdict = await gateway.call(call, command, options);
        ended('outage' in verdict && verdict.outage ? 'failed' : 'answered');
        return verdict;
      } catch (error) {
        ended('abandoned');
        throw error;
      }
    },
    close: () => gateway.close(),
  };
}

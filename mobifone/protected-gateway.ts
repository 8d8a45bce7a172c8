import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import { purchaseOfTransaction, type TransactionId } from '../domain/identifiers';
import type { Circuit } from './circuit';
import type { Gateway } from './client';
import type { GatewayCall } from './contract';

/** A gateway that stops calling MobiFone while MobiFone is out, and lets one call through now and then to find out. */
export interface ProtectedGateway extends Gateway {
  /** Whether calls are held back at the moment. */
  isOut(): boolean;
}

type Held = Extract<GatewayVerdict, { kind: 'retry_later' }>;

/**
 * Wraps a gateway in a circuit breaker. A call held back was certainly not sent, so its verdict is *retry later*.
 * Only verdicts with `outage` count as failures (silence, server errors, maintenance pages, refused credentials): any
 * other answer, a 429, a refusal or a broken one too, shows that MobiFone is there.
 * @param onHeld told of each call that is held back
 */
export function protectGateway(
  gateway: Gateway,
  circuit: Circuit,
  onHeld: (call: GatewayCall) => void = () => undefined,
): ProtectedGateway {
  const guard = async <V extends GatewayVerdict | InquiryVerdict>(
    name: GatewayCall,
    { transactionId }: { transactionId: TransactionId },
    call: () => Promise<V>,
  ): Promise<V | Held> => {
    const ended = circuit.letThrough(purchaseOfTransaction(transactionId));
    if (!ended) {
      onHeld(name);
      return {
        kind: 'retry_later',
        detail: 'MobiFone is out; calls are held back',
        retryAfterMs: circuit.comeBackAfter(),
        outage: true,
      };
    }
    try {
      const verdict = await call();
      ended('outage' in verdict && verdict.outage ? 'failed' : 'answered');
      return verdict;
    } catch (error) {
      ended('abandoned');
      throw error;
    }
  };
  return {
    check: (command, options) => guard('check', command, () => gateway.check(command, options)),
    register: (command, options) => guard('register', command, () => gateway.register(command, options)),
    charge: (command, options) => guard('charge', command, () => gateway.charge(command, options)),
    rollback: (command, options) => guard('rollback', command, () => gateway.rollback(command, options)),
    sms: (command, options) => guard('sms', command, () => gateway.sms(command, options)),
    inquire: (command, options) => guard('inquiry', command, () => gateway.inquire(command, options)),
    close: () => gateway.close(),
    isOut: () => circuit.holdsBack,
  };
}

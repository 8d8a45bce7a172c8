import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import type { TransactionId } from '../domain/identifiers';
import type { CallOptions, Gateway } from './client';
import type { GatewayCall } from './contract';

/** One call to MobiFone, as it ended. */
export interface GatewayObservation {
  call: GatewayCall;
  /** What its answer means; `abandoned` when its caller gave up waiting or did not let it be sent. */
  verdict: GatewayVerdict['kind'] | InquiryVerdict['kind'] | 'abandoned';
  seconds: number;
  transactionId: TransactionId;
  /** What came instead of an outcome, in words and without personal data. */
  detail?: string;
  options: CallOptions;
}

/** Wraps a gateway so that each call that is really made is told of, for metrics and logs. */
export function observeGateway(
  gateway: Gateway,
  observe: (observation: GatewayObservation) => void,
): Gateway {
  const watch = <C extends { transactionId: TransactionId }, V extends GatewayVerdict | InquiryVerdict>(
    call: GatewayCall,
    make: (command: C, options?: CallOptions) => Promise<V>,
  ) => {
    return async (command: C, options: CallOptions = {}): Promise<V> => {
      const from = performance.now();
      const tell = (verdict: GatewayObservation['verdict'], detail?: string) =>
        observe({
          call,
          verdict,
          seconds: (performance.now() - from) / 1000,
          transactionId: command.transactionId,
          options,
          ...(detail === undefined ? {} : { detail }),
        });
      try {
        const verdict = await make(command, options);
        tell(verdict.kind, 'detail' in verdict ? verdict.detail : undefined);
        return verdict;
      } catch (error) {
        tell('abandoned');
        throw error;
      }
    };
  };
  return {
    check: watch('check', (command, options) => gateway.check(command, options)),
    register: watch('register', (command, options) => gateway.register(command, options)),
    charge: watch('charge', (command, options) => gateway.charge(command, options)),
    rollback: watch('rollback', (command, options) => gateway.rollback(command, options)),
    sms: watch('sms', (command, options) => gateway.sms(command, options)),
    inquire: watch('inquiry', (command, options) => gateway.inquire(command, options)),
    close: () => gateway.close(),
  };
}

import type { GatewayVerdict, InquiryVerdict } from '../domain/gateway-verdict';
import type { TransactionId } from '../domain/identifiers';
import type { CallOptions, Gateway } from './client';
import type { GatewayCall } from './contract';

/** One call to MobiFone, as it ended. */
export interface GatewayObservation {
  call: GatewayCall;
  /** What its answer means; `abandoned` when its caller gave up waiting or did not let it be sent. */
  verdict: GatewayVerdict['kind'] | InquiryVerdict['kind'] | 'abandoned';
  /** Whether it may have reached MobiFone: one that was sent and not waited for may have taken effect. */
  wasSent: boolean;
  seconds: number;
  transactionId: TransactionId;
  /** What came instead of an outcome, in words and without personal data. */
  detail?: string;
  options: CallOptions;
}

/** Wraps a gateway so that each call that is really made is reported, for metrics and logs. */
export function observeGateway(
  gateway: Gateway,
  observe: (observation: GatewayObservation) => void,
): Gateway {
  return {
    async call(call, command, options = {}) {
      const from = performance.now();
      let wasSent = false;
      const beforeSend = () => {
        const wait = options.beforeSend?.();
        if (wait === undefined) wasSent = true; // it leaves in the same tick
        return wait;
      };
      const report = (verdict: GatewayObservation['verdict'], detail?: string) =>
        observe({
          call,
          verdict,
          wasSent,
          seconds: (performance.now() - from) / 1000,
          transactionId: command.transactionId,
          options,
          ...(detail === undefined ? {} : { detail }),
        });
      try {
        const verdict = await gateway.call(call, command, { ...options, beforeSend });
        const { kind, detail }: { kind: GatewayObservation['verdict']; detail?: string } = verdict;
        report(kind, detail);
        return verdict;
      } catch (error) {
        report('abandoned');
        throw error;
      }
    },
    close: () => gateway.close(),
  };
}

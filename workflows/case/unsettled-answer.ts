import type { TransactionState } from '../../domain/gateway-verdict';

/**
 * MobiFone's objection to a refund, by its answer about a command that may have been sent: it stands, is being processed, is not
 * known, or may still arrive.
 * @param sent when it was sent at the latest, in milliseconds since the epoch
 */
export function unsettledAnswer(
  called: string,
  answer: TransactionState | undefined,
  { sent, lateEffectWatch }: { sent: number; lateEffectWatch: number },
): string | undefined {
  switch (answer) {
    case 'done':
      return `MobiFone answers that the ${called} stands`;
    case 'processing':
      return `MobiFone is still processing the ${called}; ask again later`;
    case 'no_answer':
      return `MobiFone does not answer about the ${called}; ask again later`;
    case 'never_received': {
      const until = sent + lateEffectWatch;
      if (Date.now() >= until) return undefined;
      return `MobiFone has not received the ${called}, which may still arrive until ${new Date(until).toISOString()}`;
    }
    default:
      return undefined;
  }
}

import { maskMsisdn } from '../../domain/msisdn';
import { formatVndGsm7 } from '../../domain/vnd';
import { ask, canAsk } from '../terminal/ask';
import { CommandFault } from '../terminal/command-fault';
import type { Probe } from './probe';
import type { Terms } from './trial-sales';

/** What the probes send at most, a line each. */
export function costInWords(probes: readonly Probe[], terms: Terms): string[] {
  const costs = probes.map((probe) => ({ probe, cost: probe.cost(terms) }));
  const sum = (of: 'registrations' | 'charges' | 'messages') =>
    costs.reduce((total, { cost }) => total + (cost[of] ?? 0), 0);
  const lines = costs.flatMap(({ probe, cost }) => {
    const parts = [
      ...(cost.registrations ? [`${cost.registrations} registrations`] : []),
      ...(cost.charges ? [`${cost.charges} charges`] : []),
      ...(cost.messages ? [`${cost.messages} SMS`] : []),
      ...(cost.other ? [cost.other] : []),
    ];
    return parts.length > 0 ? [`  ${probe.id.padEnd(6)} ${parts.join(', ')}`] : [];
  });
  const { packageCode, amount, paymentForm, numbers } = terms;
  return [
    `The check sends real commands for ${numbers.map(maskMsisdn).join(', ')}. At most, by probe:`,
    ...lines,
    `Together at most ${sum('registrations')} registrations and ${sum('charges')} charges of ${packageCode} (${formatVndGsm7(amount)} each, ${paymentForm}) and ${sum('messages')} SMS.`,
    'Each registration is rolled back, with its charges; what cannot be rolled back is listed at the end.',
  ];
}

/**
 * Asks at the terminal whether to go on.
 * @throws CommandFault when the answer is not “yes”, or there is no terminal
 */
export async function askForConsent(): Promise<void> {
  if (!canAsk()) {
    throw new CommandFault(
      'Nothing was sent. There is no terminal to ask at: give --yes to agree to these costs.',
    );
  }
  const answer = await ask('Type yes to go on:');
  if (answer?.toLowerCase() !== 'yes') throw new CommandFault('Nothing was sent.');
}

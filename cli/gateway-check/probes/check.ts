import { transactionId } from '../../../domain/identifiers';
import { maskMsisdn } from '../../../domain/msisdn';
import { Evidence, inWords } from '../findings';
import type { Probe } from '../probe';

export const CHECK: Probe = {
  id: 'check',
  title: 'The check answers for the number and the transaction that it was asked about',
  cost: () => ({}),
  async run({ line, sales, terms }) {
    const evidence = new Evidence();
    const { packageCode, paymentForm } = terms;
    for (const msisdn of terms.numbers) {
      const { purchaseId } = sales.open(msisdn);
      const id = transactionId(purchaseId, 'check');
      const answer = await line.command('check', { transactionId: id, msisdn, packageCode, paymentForm });
      const number = maskMsisdn(msisdn);
      if (answer.verdict.kind === 'refused') {
        evidence.note(`${number} may not have ${packageCode}: ${inWords(answer.verdict)}.`);
      } else {
        evidence.weigh(`The check of ${number}`, answer, answer.verdict.kind === 'done');
      }
    }
    return evidence;
  },
};

import { transactionId } from '../../../domain/identifiers';
import { maskMsisdn } from '../../../domain/msisdn';
import { Evidence, inWords, type Probe } from '../probe';

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

const TEXT = 'Tin nhan thu ket noi. Quy khach vui long bo qua.';

export const SMS: Probe = {
  id: 'sms',
  title: 'A message is taken, once under its id (P1)',
  cost: () => ({ messages: 2 }),
  async run({ line, sales, terms }) {
    const evidence = new Evidence();
    const [msisdn] = terms.numbers;
    const id = transactionId(sales.open(msisdn).purchaseId, 'sms-transaction');
    const command = { transactionId: id, msisdn, text: TEXT };
    const first = await line.command('sms', command);
    evidence.weigh('A message from 999', first, first.verdict.kind === 'done');
    const again = await line.command('sms', command);
    evidence.weigh('The same message, sent again', again, again.verdict.kind === 'done');
    evidence.note(`Look at ${maskMsisdn(msisdn)}: it must have got one message, not two.`);
    return evidence;
  },
};

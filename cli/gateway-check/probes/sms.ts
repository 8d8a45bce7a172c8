import { transactionId } from '../../../domain/identifiers';
import { maskMsisdn } from '../../../domain/msisdn';
import { Evidence } from '../findings';
import type { Probe } from '../probe';

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

import { SettlementFile } from '../../reconciliation/settlement-file';
import { daysAfter, localDay } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { msisdn } from '../../domain/msisdn';
import { BREAK_NUMBER } from '../../sandbox/test-numbers';
import { SEEDABLE_KINDS } from '../../sandbox/seeded-differences';
import { COMMANDS, make } from '../support/gateway-commands';
import { sandboxWithClient, type SandboxLab } from '../support/sandbox-lab';

let lab: SandboxLab;
beforeEach(async () => {
  const rule = { id: 'all', rateBasisPoints: 650, rounding: 'half_up' as const, from: new Date(0) };
  lab = await sandboxWithClient({ settlementTerms: { rules: [rule], discountClass: 'standard' } });
});
afterEach(() => lab.stop());

function ask(query: string): Promise<Response> {
  return fetch(`${lab.sandbox.url}/sandbox/settlement?date=${localDay(new Date())}${query}`);
}

/** Read by the very reader that reconciliation uses. */
async function lines(query = ''): Promise<SettlementLine[]> {
  const { body } = await ask(query);
  if (!body) throw new Error('the sandbox sent nothing');
  const file = new SettlementFile(body);
  const read: SettlementLine[] = [];
  for await (const line of file.lines()) read.push(line);
  expect(file.summary().badLines).toEqual([]);
  return read;
}

describe('the sandbox’s settlement file of today', () => {
  it('has a postpaid sale as its registration, without money, and its charge with the discount', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    expect(await lines()).toEqual([
      expect.objectContaining({ kind: 'registration', state: 'done', discountAmount: 0 }),
      expect.objectContaining({
        kind: 'charge',
        amount: COMMANDS.charge.amount,
        discountRateBasisPoints: 650,
        state: 'done',
      }),
    ]);
  });

  it('has a rolled-back sale as reversed, and the rollback without money of its own', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'rollback');
    expect(await lines()).toEqual([
      expect.objectContaining({ kind: 'registration', state: 'reversed' }),
      expect.objectContaining({ kind: 'rollback', amount: 0, state: 'done' }),
    ]);
  });

  it('leaves out a rollback that found nothing, since there is nothing to settle', async () => {
    await make(lab.gateway, 'rollback');
    expect(await lines()).toEqual([]);
  });

  it('has a sale of the day before that nobody ordered, for the number that makes a break to practise with', async () => {
    const [registered, charged] = [COMMANDS.register, COMMANDS.charge];
    const number = msisdn(`84${BREAK_NUMBER.slice(1)}`);
    await lab.gateway.call('register', { ...registered, msisdn: number });
    await lab.gateway.call('charge', { ...charged, msisdn: number });
    expect(await lines()).toHaveLength(2);
    const before = daysAfter(localDay(new Date()), -1);
    const response = await fetch(`${lab.sandbox.url}/sandbox/settlement?date=${before}`);
    const strays = (await response.text()).trim().split('\r\n').slice(1);
    expect(strays).toEqual([
      expect.stringMatching(/^MFX\d+,pur_[a-z2-7]{26}\.registration,registration,84900000911/),
      expect.stringMatching(/^MFX\d+,pur_[a-z2-7]{26}\.charge,charge,84900000911,D90,postpaid,90000/),
    ]);
    expect(strays.join()).not.toContain(registered.transactionId);
  });

  it('differs as it is told to, with the list of it beside, the same for the same seed', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    const query = '&differences=seed:7&kinds=amount_differs';
    const [, charge] = await lines(query);
    expect(charge?.amount).toBe(COMMANDS.charge.amount + 1000);
    const beside = await ask(`${query}&part=seeded`);
    expect(await beside.json()).toMatchObject({
      seeded: [{ kind: 'amount_differs', purchaseId: charge?.purchaseId }],
    });
    expect(await lines(query)).toEqual(await lines(query));
  });

  it('moves a sale into the next day’s file, or corrects it in a file of its own', async () => {
    await make(lab.gateway, 'register');
    await make(lab.gateway, 'charge');
    const whole = await lines();
    expect(await lines('&differences=seed:1&kinds=cut_off')).toEqual([]);
    expect(await lines('&differences=seed:1&kinds=cut_off&part=next_day')).toEqual(whole);
    expect(await lines('&differences=seed:1&kinds=late_correction&part=correction')).toEqual([whole[1]]);
  });

  it('names what is wrong with a request for it', async () => {
    const refused = await ask('&differences=some&kinds=nonsense');
    expect(refused.status).toBe(400);
    const { faults } = (await refused.json()) as { faults: { field: string }[] };
    expect(faults.map(({ field }) => field.split('.')[0])).toEqual(['differences', 'kinds']);
    expect(SEEDABLE_KINDS).not.toContain('open_here');
  });
});

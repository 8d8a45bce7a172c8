import { GATEWAY_CALLS, type GatewayCall } from '../../mobifone/contract';
import { DIALECT_NAMES, DIALECTS } from '../../mobifone/dialects';
import { DialectGateway, SERVED, type Say } from '../support/dialect-gateway';
import { COMMANDS, make } from '../support/gateway-commands';

const COMMAND_CALLS = GATEWAY_CALLS.filter((call) => call !== 'inquiry');
const MONEY_CALLS: readonly GatewayCall[] = ['register', 'charge'];

describe.each(Object.entries(SERVED))('a gateway that speaks %s', (_, served) => {
  let mobifone: DialectGateway;
  beforeEach(async () => {
    mobifone = await new DialectGateway(served).start();
  });
  afterEach(() => mobifone.stop());

  const say = async (call: GatewayCall, says: Partial<Say>) => {
    mobifone.says = says;
    return make(mobifone.client(), call);
  };

  it.each(COMMAND_CALLS)('does a %s and is believed', async (call) => {
    expect(await make(mobifone.client(), call)).toEqual({ kind: 'done' });
  });

  it.each(GATEWAY_CALLS)(
    'understands what a %s is about, and sees nothing personal in its URL',
    async (call) => {
      await make(mobifone.client(), call);
      const command = COMMANDS[call];
      expect(mobifone.understood).toEqual([
        {
          call,
          transactionId: command.transactionId,
          msisdn: command.msisdn,
          ...('amount' in command ? { amount: command.amount } : {}),
        },
      ]);
      for (const url of mobifone.urls) expect(url).not.toMatch(/901234567|D90|pur_/);
    },
  );

  it.each(COMMAND_CALLS)('may refuse a %s, with a reason that can be shown', async (call) => {
    const refused = { kind: 'refused', refusal: 'insufficient_balance' };
    expect(await say(call, { result: 'insufficient_balance' })).toEqual(refused);
  });

  it.each(GATEWAY_CALLS)('may be busy, in doubt or new to us about a %s', async (call) => {
    expect(await say(call, { result: 'busy' })).toMatchObject({ kind: 'retry_later' });
    expect(await say(call, { result: 'doubt' })).toMatchObject({ kind: 'unknown' });
    expect(await say(call, { result: 'unheard_of' })).toMatchObject({ kind: 'unknown' });
  });

  it.each(GATEWAY_CALLS)('is not believed about a %s when it names another', async (call) => {
    const broken = { kind: 'broken_contract' };
    expect(await say(call, { transactionId: 'pur_other.charge' })).toMatchObject(broken);
    expect(await say(call, { msisdn: '84909999999' })).toMatchObject(broken);
  });

  it.each(MONEY_CALLS)('is in dispute with us when it names another amount for a %s', async (call) => {
    expect(await say(call, { amount: 1 })).toMatchObject({ kind: 'broken_contract', disputed: 'amount' });
  });

  it.each<[Say['state'], string]>([
    ['DONE', 'done'],
    ['ROLLED_BACK', 'rolled_back'],
    ['PROCESSING', 'processing'],
    ['NOT_FOUND', 'never_received'],
  ])('tells the state %s of a transaction', async (state, kind) => {
    expect(await say('inquiry', { state })).toMatchObject({ kind });
  });

  it('tells why a transaction was refused', async () => {
    expect(await say('inquiry', { state: 'REFUSED', was: 'insufficient_balance' })).toEqual({
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
  });

  it.each(GATEWAY_CALLS)('says nothing by a page in its place to a %s', async (call) => {
    const client = mobifone.client();
    await make(client, 'check'); // so that a token is there
    for (const status of [200, 403, 503]) {
      mobifone.page = { status, type: 'text/html', text: '<html><body>Bảo trì hệ thống</body></html>' };
      expect(await make(client, call)).toMatchObject({ kind: 'unknown', outage: true });
    }
  });

  it('gets no command that it would do from who is not known to it', async () => {
    const stranger = mobifone.client({ clientId: 'agent', clientSecret: 'guessed' });
    expect(await make(stranger, 'charge')).toMatchObject({ kind: 'retry_later', outage: true });
    expect(mobifone.understood).toEqual([]);
  });
});

describe('what dialects differ in', () => {
  it('is as well an inquiry that does not tell the amount: then nobody claims to know it', async () => {
    const told: unknown[] = [];
    for (const name of ['datacode-json', 'form-xml']) {
      const served = SERVED[name];
      if (!served) throw new Error(`no ${name}`);
      const mobifone = await new DialectGateway(served).start();
      told.push(await make(mobifone.client(), 'inquiry'));
      await mobifone.stop();
    }
    expect(told).toEqual([{ kind: 'done', amount: 90_000 }, { kind: 'done' }]);
  });

  it('is as well whether a 401 can be mended: a token is renewed, a signature is not tried twice', async () => {
    const sent: string[][] = [];
    for (const name of ['datacode-json', 'form-xml']) {
      const served = SERVED[name];
      if (!served) throw new Error(`no ${name}`);
      const mobifone = await new DialectGateway(served).start();
      const client = mobifone.client();
      await make(client, 'check');
      mobifone.urls.length = 0;
      mobifone.page = { status: 401, type: 'text/plain', text: '' };
      await make(client, 'inquiry');
      sent.push([...mobifone.urls]);
      await mobifone.stop();
    }
    expect(sent).toEqual([['/datacode/v1/inquiry', '/oauth/token'], ['/vas/command']]);
  });
});

describe('MOBIFONE_DIALECT', () => {
  it('chooses among the dialects of the product', () => {
    expect(DIALECT_NAMES).toEqual(Object.keys(DIALECTS));
    expect(DIALECT_NAMES).toContain('datacode-json');
  });
});

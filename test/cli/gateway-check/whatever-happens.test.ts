import { Evidence, type Probe, registered } from '../../../cli/gateway-check/probe';
import { GatewayCheck, GatewayUnreachable } from '../../../cli/gateway-check/run';
import { setupAt, stillThere, withSandbox } from './check-lab';

const nobodyListens = () => undefined;
const neverInterrupted = () => new AbortController().signal;
const probe = (run: Probe['run']): Probe => ({ id: 'P7', title: 'made up', cost: () => ({}), run });

describe('whatever ends the check', () => {
  it('a defect comes out only after all was rolled back', async () => {
    await withSandbox({}, async (sandbox) => {
      const broken = probe(async (context) => {
        const { sale } = await registered(context);
        await context.sales.charge(sale);
        throw new TypeError('a defect');
      });
      const check = new GatewayCheck({ ...setupAt(sandbox.url, {}), probes: [broken] });
      await expect(check.run(neverInterrupted(), nobodyListens)).rejects.toThrow('a defect');
      check.close();
      expect(sandbox.ledger.entries.some(({ kind }) => kind === 'charged')).toBe(true);
      expect(stillThere(sandbox)).toEqual([]);
      expect(check.leftovers()).toEqual([]);
    });
  });

  it('an interruption in the middle of a registration rolls that back, and runs no other probe', async () => {
    const answersLate = { call: 'register', fault: { kind: 'silence', effect: 'after' } } as const;
    await withSandbox({ faults: [answersLate] }, async (sandbox) => {
      const interruption = new AbortController();
      const interrupted = probe(async (context) => {
        const sending = registered(context);
        const wasRegistered = () => sandbox.ledger.entries.some(({ kind }) => kind === 'registered');
        while (!wasRegistered()) await new Promise((resolve) => setImmediate(resolve));
        interruption.abort();
        await sending;
        return new Evidence();
      });
      const next = jest.fn();
      const setup = { ...setupAt(sandbox.url, {}), probes: [interrupted, probe(next)] };
      const check = new GatewayCheck(setup);
      const result = await check.run(interruption.signal, nobodyListens);
      check.close();
      expect(result).toMatchObject({ wasInterrupted: true, findings: [], leftovers: [] });
      expect(next).not.toHaveBeenCalled();
      expect(stillThere(sandbox)).toEqual([]);
    });
  });

  it('what cannot be rolled back is named with its transaction ids', async () => {
    const refused = { call: 'rollback', times: 'forever', fault: { kind: 'refuse', code: '2003' } } as const;
    await withSandbox({ faults: [refused] }, async (sandbox) => {
      const check = new GatewayCheck(setupAt(sandbox.url, { probes: { only: ['P7'] } }));
      const { leftovers } = await check.run(neverInterrupted(), nobodyListens);
      check.close();
      const [purchase] = stillThere(sandbox);
      expect(leftovers).toEqual([
        {
          kind: 'stands',
          msisdn: '8490****567',
          registrationId: `${purchase}.registration`,
          charges: [`${purchase}.charge`],
          why: 'the rollback: refused (registration_refused)',
        },
      ]);
    });
  });

  it('a number that was not named is never touched', async () => {
    await withSandbox({}, async (sandbox) => {
      const check = new GatewayCheck({
        ...setupAt(sandbox.url, {}),
        probes: [
          probe(async ({ sales, terms }) => {
            const stranger = { ...sales.open(), msisdn: '84909999999' as (typeof terms.numbers)[0] }; // not named
            await sales.register(stranger);
            return new Evidence();
          }),
        ],
      });
      await expect(check.run(neverInterrupted(), nobodyListens)).rejects.toThrow('not named');
      check.close();
      const touched = sandbox.ledger.entries.filter((e) => 'msisdn' in e && e.msisdn === '84909999999');
      expect(touched).toEqual([]);
    });
  });

  it('a gateway that cannot be reached is said at once, and one that gives no token', async () => {
    await withSandbox({}, async (sandbox) => {
      const wrong = { clientId: 'agent', clientSecret: 'wrong' };
      const noToken = new GatewayCheck({ ...setupAt(sandbox.url, {}), credentials: wrong });
      await expect(noToken.run(neverInterrupted(), nobodyListens)).rejects.toThrow(
        /token endpoint answered HTTP 401/,
      );
      noToken.close();
      await sandbox.stop();
      const unreachable = new GatewayCheck(setupAt(sandbox.url, {}));
      await expect(unreachable.run(neverInterrupted(), nobodyListens)).rejects.toThrow(GatewayUnreachable);
      unreachable.close();
    });
  });
});

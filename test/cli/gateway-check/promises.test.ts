import { msisdn } from '../../../domain/msisdn';
import { PROFILES } from '../../../sandbox/profile';
import { because, checked, results, resultOf, type CheckStory } from './check-lab';

/** What every gateway comes to that keeps all promises; P6 needs a refusal, and P4 is never more than measured. */
const ALL_HOLD = {
  token: 'holds',
  check: 'holds',
  P1: 'holds',
  P2: 'holds',
  P3: 'holds',
  P4: 'measured',
  P5: 'holds',
  P6: 'not_probed',
  P7: 'holds',
  codes: 'holds',
};

describe('a gateway that keeps every promise', () => {
  it.each(['postpaid', 'prepaid'] as const)('is found whole, %s, and left as it was', async (form) => {
    const { result, stillThere } = await checked({ form });
    expect(results(result)).toEqual(ALL_HOLD);
    expect(result.settings.MOBIFONE_PROMISES).toBe('P1,P2,P3,P5,P7');
    expect(result.leftovers).toEqual([]);
    expect(stillThere).toEqual([]);
  });
});

describe('a gateway that keeps none', () => {
  it('is found out, and left without a registration or a charge', async () => {
    const { result, stillThere } = await checked({ without: PROFILES.none_kept, maxLagMs: 400 });
    expect(results(result)).toEqual({
      ...ALL_HOLD,
      P1: 'does_not_hold',
      P2: 'does_not_hold',
      P3: 'does_not_hold',
      P4: 'not_probed',
      P5: 'does_not_hold',
      P7: 'not_probed',
    });
    expect(result.settings.MOBIFONE_PROMISES).toBe('');
    expect(result.settings.MOBIFONE_FINAL_AFTER).toBeUndefined();
    expect(stillThere).toEqual([]);
  });

  it('has the sales named whose end its inquiry does not confirm', async () => {
    const { result } = await checked({
      without: PROFILES.none_kept,
      maxLagMs: 100,
      probes: { only: ['P3'] },
    });
    expect(result.leftovers).toMatchObject([{ kind: 'look', msisdn: '8490****567' }]);
  });
});

/** Gateways that break one promise, each in one way. */
const SINGLE: readonly (Pick<CheckStory, 'without' | 'faults' | 'form'> & {
  id: 'P1' | 'P2' | 'P5' | 'P7';
  how: string;
})[] = [
  { id: 'P1', how: 'refuses what it has done', without: { executesOnce: false } },
  { id: 'P1', how: 'does it again', without: { executesOnce: false, secondRegistration: 'executed' } },
  {
    id: 'P1',
    how: 'does a prepaid registration again',
    without: { executesOnce: false, secondRegistration: 'executed' },
    form: 'prepaid',
  },
  {
    id: 'P1',
    how: 'has a refusal take the place of a success',
    without: { executesOnce: false, refusals: 'replace_success' },
  },
  { id: 'P2', how: 'forgets refusals', without: { refusals: 'forgotten' } },
  { id: 'P2', how: 'forgets refusals, prepaid', without: { refusals: 'forgotten' }, form: 'prepaid' },
  { id: 'P5', how: 'executes what comes after its rollback', without: { rollbackVoids: false } },
  { id: 'P7', how: 'tells neither amount nor package', without: { inquiryTellsSale: false } },
];

describe.each(SINGLE)('a gateway without $id that $how', ({ id, ...story }) => {
  it('is found out, and nothing else is held against it', async () => {
    const { result, stillThere } = await checked(story);
    expect(results(result)).toEqual({ ...ALL_HOLD, [id]: 'does_not_hold' });
    expect(result.settings.MOBIFONE_PROMISES.split(',')).not.toContain(id);
    expect(stillThere).toEqual([]);
  });
});

describe('a gateway whose inquiry lags (P3)', () => {
  it('is told from one that knows at once: its lag is measured after each command', async () => {
    const { result } = await checked({ without: { inquiryLagMs: 300 }, probes: { only: ['P3'] } });
    expect(resultOf(result, 'P3')).toBe('holds');
    expect(result.lags.map(({ call }) => call)).toEqual(
      Array.from({ length: 3 }, () => ['register', 'charge', 'rollback']).flat(),
    );
    const lags = result.lags.map(({ lagMs }) => lagMs ?? 0);
    expect(Math.min(...lags)).toBeGreaterThanOrEqual(290); // two clocks of one machine
    expect(because(result, 'P3')).toContain('said “not found” first');
  });

  it('is not waited for longer than was asked', async () => {
    const { result } = await checked({
      without: { inquiryLagMs: 60_000 },
      maxLagMs: 200,
      probes: { only: ['P3'] },
    });
    expect(because(result, 'P3')).toContain('still said “not found” 200 ms later');
    expect(resultOf(result, 'P3')).toBe('does_not_hold');
  });
});

describe('a gateway where cut commands land late (P4)', () => {
  const late = (ms: number) =>
    ({ call: 'register', times: 3, fault: { kind: 'late_by_time', ms, ignoringVoid: false } }) as const;

  it('has the landing measured, and it counts for the setting', async () => {
    const { result, stillThere } = await checked({
      faults: [late(1_500)],
      probes: { only: ['P4'] },
    });
    expect(resultOf(result, 'P4')).toBe('measured');
    expect(because(result, 'P4')).toContain('landed: 3');
    expect(because(result, 'P4')).toContain('proves nothing');
    expect(stillThere).toEqual([]);
  });

  it('has those named that had not landed when the time was up', async () => {
    const { result } = await checked({
      faults: [late(60_000)],
      maxLagMs: 300,
      probes: { only: ['P4'] },
    });
    expect(because(result, 'P4')).toContain('Not landed: 3');
    expect(result.leftovers).toHaveLength(3);
    expect(result.leftovers[0]).toMatchObject({
      kind: 'look',
      why: expect.stringContaining('may still land') as unknown,
    });
  });
});

describe('a gateway that refuses a rollback (P6)', () => {
  const refusals = { call: 'rollback', skip: 1, fault: { kind: 'refuse', code: '2003' } } as const;
  it.each([
    ['holds', 'forgotten'],
    ['does_not_hold', 'stick'],
  ] as const)('%s where such refusals are treated as %s', async (expected, rollbackRefusals) => {
    const story = { without: { rollbackRefusals }, faults: [refusals], probes: { only: ['P6' as const] } };
    const { result, stillThere } = await checked(story);
    expect(resultOf(result, 'P6')).toBe(expected);
    expect(stillThere).toEqual([]);
  });
});

describe('a number that MobiFone refuses', () => {
  const refusedNumber = msisdn('84900000102');
  it('is used for P2, and for nothing else', async () => {
    const { result, sandbox } = await checked({ refusedNumber, probes: { only: ['P2', 'P7'] } });
    expect(because(result, 'P2')).toContain('refused number, sent again: refused (subscriber_suspended)');
    const calls = sandbox.ledger.entries.flatMap((entry) =>
      entry.kind === 'request_received' && entry.msisdn === refusedNumber ? [entry.call] : [],
    );
    expect(new Set(calls)).toEqual(new Set(['register', 'inquiry']));
  });
});

describe('result codes that the dialect does not know', () => {
  it('are listed', async () => {
    const fault = { kind: 'result_code', code: '7777', effect: 'after' } as const;
    const { result } = await checked({
      faults: [{ call: 'check', fault }],
      probes: { only: ['check', 'codes'] },
    });
    expect(results(result)).toEqual({ check: 'not_probed', codes: 'does_not_hold' });
    expect(because(result, 'codes')).toContain('7777');
  });
});

describe('limits', () => {
  const tooMany = (text: string) =>
    ({
      call: 'inquiry',
      skip: 3,
      times: 'forever',
      fault: { kind: 'too_many', retryAfterText: text },
    }) as const;

  it('are not sought unless asked for', async () => {
    const { result } = await checked({ probes: { only: ['check'] } });
    expect(results(result)).toEqual({ check: 'holds' });
  });

  it.each([
    ['2', 'holds', 'read as 2.0 s'],
    ['soon', 'does_not_hold', 'cannot be read'],
  ] as const)('with Retry-After “%s” are told', async (text, expected, words) => {
    const { result } = await checked({ faults: [tooMany(text)], probes: { only: ['limits'] } });
    expect(resultOf(result, 'limits')).toBe(expected);
    expect(because(result, 'limits')).toContain(words);
  });
});

describe('messages', () => {
  it('are sent only when asked for, and to the first number named', async () => {
    const story = { numbers: [msisdn('84901234567'), msisdn('84901234568')] as const };
    const without = await checked({ ...story, probes: { only: ['P7'] } });
    expect(without.sandbox.ledger.entries.some(({ kind }) => kind === 'sms_sent')).toBe(false);
    const { result, sandbox } = await checked({ ...story, probes: { only: ['sms'] } });
    const sent = sandbox.ledger.entries.filter(({ kind }) => kind === 'sms_sent');
    expect(sent).toMatchObject([{ msisdn: '84901234567' }]);
    expect(because(result, 'sms')).toContain('one message, not two');
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { accountCsv, accountJson } from '../../reconciliation/period/account-files';
import type { PeriodAccount } from '../../reconciliation/period/account';
import { FileRefused, PeriodFiles } from '../../reconciliation/period/files';
import { openingFrom } from '../../reconciliation/period/opening';
import { periodAccount } from '../../reconciliation/period/period';
import { DEFAULT_SETTINGS } from '../../reconciliation/reconcile';
import { daysAfter, localDay } from '../../domain/local-time';
import type {
  FetchOutcome,
  SettlementSource,
  WantedFile,
} from '../../domain/reconciliation/settlement-source';
import { SETTLEMENT_COLUMN_NAMES, type SettlementColumn } from '../../domain/reconciliation/settlement';
import { DAY, internalPurchase, internalSide, settlementLinesOf, source } from './synthetic-day';

const KEY = 'a key of the agent’s accounts';

/** A line that can be used, but for its time. */
const COLUMNS_OF_A_LINE: Record<SettlementColumn, string> = {
  reference: 'MF1',
  transaction_id: `${internalPurchase('sold').purchaseId}.charge`,
  kind: 'charge',
  msisdn: '84901234567',
  package: 'D90',
  payment_form: 'postpaid',
  amount: '90000',
  discount_rate_bp: '650',
  discount_amount: '5850',
  state: 'done',
  time: '',
};
const NEXT_DAY = daysAfter(DAY, 1);

describe('the signed account of a period', () => {
  const sold = internalPurchase('sold');
  let account: PeriodAccount;
  beforeAll(async () => {
    account = await periodAccount({
      from: DAY,
      to: DAY,
      internal: internalSide([sold]),
      filesOf: (of) =>
        Promise.resolve(
          of === DAY ? [{ role: 'other_day', of, source: source(settlementLinesOf(sold)) }] : [],
        ),
      settings: DEFAULT_SETTINGS,
    });
  });

  it('hands its closing balances to the account after', () => {
    const closing = { gross: 90_000, discount: 5850, payable: 84_150 };
    expect(openingFrom(accountJson(account, KEY), NEXT_DAY, KEY)).toEqual({
      agent: closing,
      mobifone: closing,
    });
  });

  it('is refused when it was changed, sealed otherwise, or ends on another day', () => {
    const text = accountJson(account, KEY);
    expect(() => openingFrom(text.replace('"closing"', '"ending"'), NEXT_DAY, KEY)).toThrow('was changed');
    const twice = text.replace('"closing"', '"closing": {}, "closing"');
    expect(() => openingFrom(twice, NEXT_DAY, KEY)).toThrow('was changed');
    expect(() => openingFrom(accountJson(account, undefined), NEXT_DAY, KEY)).toThrow('is not signed with');
    expect(() => openingFrom(text, DAY, KEY)).toThrow(`ends on ${DAY}; an account from ${DAY} needs one`);
    expect(() => openingFrom('{}', NEXT_DAY, KEY)).toThrow('is not a signed account');
  });

  it('names the version of the rules that it was made by', () => {
    expect(account.rules).toEqual({
      version: 3,
      discounts: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
  });

  it('is a line a day as CSV', () => {
    const [header, day] = accountCsv(account).split('\r\n');
    expect(header).toContain('day,compared,agent_opening,agent_sales');
    expect(day).toContain(`${DAY},yes,0,1,90000,5850,84150,84150`);
  });
});

describe('the files of a period', () => {
  let folder: string;
  beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'period-files-'))));
  afterAll(() => rm(folder, { recursive: true }));

  function filesFrom(answer: (wanted: WantedFile) => FetchOutcome, text = '') {
    const wanted: string[] = [];
    const from: SettlementSource = {
      hasCorrections: true,
      fetch: async (file, into) => {
        wanted.push(`${file.kind} ${file.day}`);
        const outcome = answer(file);
        if (outcome.kind === 'fetched') await writeFile(into, text);
        return outcome;
      },
    };
    const files = new PeriodFiles(from, folder, {}, new AbortController().signal);
    return { files, wanted };
  }

  it('are fetched once, however often they are read, and are none without the day’s own', async () => {
    const { files, wanted } = filesFrom(({ day, kind }) =>
      day === DAY && kind === 'settlement' ? { kind: 'fetched' } : { kind: 'not_there', detail: '404' },
    );
    expect((await files.filesOf(DAY)).map(({ role, of }) => [role, of])).toEqual([['other_day', DAY]]);
    await files.filesOf(DAY);
    expect(await files.filesOf(NEXT_DAY)).toEqual([]);
    expect(wanted).toEqual([`settlement ${DAY}`, `correction ${DAY}`, `settlement ${NEXT_DAY}`]);
  });

  it('are all parts of a day, up to the first that is not there', async () => {
    const parts: SettlementSource = {
      hasCorrections: false,
      hasParts: true,
      fetch: async ({ day, part = 0 }, into) => {
        if (day !== DAY || part > 2) return { kind: 'not_there', detail: '404' };
        await writeFile(into, '');
        return { kind: 'fetched' };
      },
    };
    const files = new PeriodFiles(parts, folder, {}, new AbortController().signal);
    expect((await files.filesOf(DAY)).map(({ role }) => role)).toEqual(['other_day', 'other_day']);
  });

  it('are not asked for before their day is over', async () => {
    const { files, wanted } = filesFrom(() => ({ kind: 'fetched' }));
    expect(await files.filesOf(localDay(new Date()))).toEqual([]);
    expect(wanted).toEqual([]);
  });

  it('have only lines of their time, as in a day’s own comparison; a correction may be written weeks later', async () => {
    const [own = '', ...rest] = SETTLEMENT_COLUMN_NAMES.map((name) => COLUMNS_OF_A_LINE[name]);
    const at = (time: string) => [[own, ...rest.slice(0, -1), time].join(',')];
    const text = [
      SETTLEMENT_COLUMN_NAMES.join(','),
      ...['1999-01-01T00:00:00Z', `${DAY}T10:00:00+07:00`, `${daysAfter(DAY, 9)}T10:00:00+07:00`].flatMap(at),
    ].join('\n');
    const [file, correction] = await filesFrom(() => ({ kind: 'fetched' }), text).files.filesOf(DAY);
    const used = async (input: typeof file) => {
      for await (const line of input?.source.lines() ?? []) expect(line.kind).toBe('charge');
      return input?.source.summary();
    };
    expect(await used(file)).toMatchObject({ goodLines: 1, badLineCount: 2 });
    expect(await used(correction)).toMatchObject({ goodLines: 2, badLineCount: 1 });
  });

  it('are named by their day where they are refused or cannot be used', async () => {
    const refused = filesFrom(() => ({ kind: 'refused', detail: 'no permission' })).files;
    await expect(refused.filesOf(DAY)).rejects.toThrow(
      new FileRefused(`settlement of ${DAY}: no permission`),
    );
    const written = filesFrom(({ kind }) =>
      kind === 'settlement'
        ? { kind: 'fetched' }
        : { kind: 'not_there', detail: 'it changed within the last minute', isChanging: true },
    ).files;
    await expect(written.filesOf(DAY)).rejects.toThrow(
      `correction of ${DAY}: it changed within the last minute, so it may be incomplete; run again in a minute`,
    );
    const [file] = await filesFrom(() => ({ kind: 'fetched' }), 'reference\n').files.filesOf(DAY);
    const read = async () => {
      for await (const line of file?.source.lines() ?? []) expect(line).toBeUndefined();
    };
    await expect(read()).rejects.toThrow(`${DAY}: The header of the settlement file lacks`);
  });
});

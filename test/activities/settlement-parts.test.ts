import { MockActivityEnvironment } from '@temporalio/testing';
import { createReconciliationActivities } from '../../activities';
import type { LocalDay } from '../../domain/local-time';
import type { FetchedSettlement } from '../../domain/reconciliation/reconciliation';
import { placeOf, type SettlementSource } from '../../domain/reconciliation/settlement-source';
import { reconciledDay } from '../support/reconciliation-lab';

const DAY = '2026-11-23' as LocalDay;

/** A source that has these files only, and one that is being written. */
function sourceOf(there: readonly string[], hasParts: boolean, changing?: string): SettlementSource {
  const template = hasParts ? '{date}-{part}.csv' : '{kind}-{date}.csv';
  return {
    hasCorrections: !hasParts,
    hasParts,
    fetch: (wanted) => {
      const place = placeOf(template, wanted);
      if (place === changing)
        return Promise.resolve({ kind: 'not_there', detail: `${place} changed`, isChanging: true });
      return Promise.resolve(
        there.includes(place) ? { kind: 'fetched' } : { kind: 'not_there', detail: `there is no ${place}` },
      );
    },
  };
}

async function reconcile(source: SettlementSource) {
  const compared: FetchedSettlement[] = [];
  const { reconcileDay } = createReconciliationActivities({
    source,
    reconcileDay: (day, files) => {
      compared.push(...files);
      return Promise.resolve(reconciledDay(day));
    },
    standings: () => Promise.resolve([]),
  });
  const outcome: unknown = await new MockActivityEnvironment().run(reconcileDay, DAY);
  return {
    outcome,
    roles: compared.map(({ role }) => role),
    places: new Set(compared.map(({ path }) => path)).size,
  };
}

describe('a day that comes in several files', () => {
  it('is compared with all parts up to the first that is not there, each in a file of its own', async () => {
    const there = ['2026-11-23-1.csv', '2026-11-23-2.csv', '2026-11-23-4.csv', '2026-11-22-1.csv'];
    const { outcome, roles, places } = await reconcile(sourceOf(there, true));
    expect(outcome).toMatchObject({ kind: 'reconciled' });
    expect(roles).toEqual(['day', 'day', 'last_day']);
    expect(places).toBe(3);
  });

  it('is missing while its first part is', async () => {
    const { outcome } = await reconcile(sourceOf(['2026-11-23-2.csv'], true));
    expect(outcome).toEqual({ kind: 'file_missing', detail: 'there is no 2026-11-23-1.csv' });
  });

  it('is one file where the source has no parts', async () => {
    expect((await reconcile(sourceOf(['settlement-2026-11-23.csv'], false))).roles).toEqual(['day']);
  });
});

describe('a day of whose files one is just being written', () => {
  const own = ['settlement-2026-11-23.csv', 'settlement-2026-11-22.csv'];

  it.each([
    ['its correction', own, false, 'correction-2026-11-23.csv'],
    ['the day before’s correction', own, false, 'correction-2026-11-22.csv'],
    ['its second part', ['2026-11-23-1.csv'], true, '2026-11-23-2.csv'],
  ])('is looked at again rather than compared without %s', async (_, there, hasParts, changing) => {
    await expect(reconcile(sourceOf(there, hasParts, changing))).rejects.toMatchObject({
      type: 'SettlementSourceFailed',
      nextRetryDelay: 60_000,
    });
  });

  it('is missing where it is its own file', async () => {
    const { outcome } = await reconcile(sourceOf([], false, 'settlement-2026-11-23.csv'));
    expect(outcome).toMatchObject({ kind: 'file_missing' });
  });
});

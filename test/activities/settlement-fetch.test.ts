import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { hasNewFile } from '../../activities/settlement-fetch';
import { daysAfter, localDay } from '../../domain/local-time';
import { dueDays, type ComparedFile } from '../../domain/reconciliation/reconciliation';
import { SourceFault, type SettlementSource } from '../../domain/reconciliation/settlement-source';

const DAY = daysAfter(localDay(new Date()), -3);
const LAST_DAY = daysAfter(DAY, -1);
const NEXT_DAY = daysAfter(DAY, 1);

/** A source with these files, by kind and day. */
function sourceOf(files: Readonly<Record<string, string>>): SettlementSource {
  return {
    hasCorrections: true,
    fetch: async ({ kind, day }, into) => {
      const text = files[`${kind} ${day}`];
      if (text === undefined) return { kind: 'not_there', detail: '404' };
      await writeFile(into, text);
      return { kind: 'fetched' };
    },
  };
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
const FILES = { [`settlement ${DAY}`]: 'day', [`settlement ${LAST_DAY}`]: 'last' };
const COMPARED: ComparedFile[] = [
  { role: 'day', sha256: sha256('day') },
  { role: 'last_day', sha256: sha256('last') },
];
const isNew = (files: Readonly<Record<string, string>>, isClean = false) =>
  hasNewFile(sourceOf(files), DAY, { compared: COMPARED, isClean }, new AbortController().signal);

describe('a day that was compared and has breaks', () => {
  it('has nothing new as long as the source has the same files', async () => {
    expect(await isNew(FILES)).toBe(false);
  });

  it.each([
    ['its correction', { [`correction ${DAY}`]: 'correction' }],
    ['the correction of the day before', { [`correction ${LAST_DAY}`]: 'correction' }],
    ['the next day’s file', { [`settlement ${NEXT_DAY}`]: 'next' }],
    ['another file in the place of its own', { [`settlement ${DAY}`]: 'sent again' }],
  ])('is to be compared again when there is %s', async (_, more) => {
    expect(await isNew({ ...FILES, ...more })).toBe(true);
  });

  it('has nothing new when its file is gone, or the source fails: its breaks stay as they are', async () => {
    expect(await isNew({})).toBe(false);
    const failing: SettlementSource = {
      hasCorrections: false,
      fetch: () => Promise.reject(new SourceFault('the source answered 503')),
    };
    expect(
      await hasNewFile(failing, DAY, { compared: COMPARED, isClean: false }, new AbortController().signal),
    ).toBe(false);
  });

  it('is due on the morning that finds the file, beside yesterday', () => {
    const known = [
      { day: LAST_DAY, standing: 'reconciled' },
      { day: DAY, standing: 'new_file' },
      { day: NEXT_DAY, standing: 'never_tried' },
    ] as const;
    expect(dueDays(known)).toEqual([DAY, NEXT_DAY]);
  });
});

describe('a day that was compared and is clean', () => {
  it.each([
    ['its correction', { [`correction ${DAY}`]: 'correction' }],
    ['another file in the place of its own', { [`settlement ${DAY}`]: 'sent again' }],
  ])('is to be compared again when there is %s', async (_, more) => {
    expect(await isNew({ ...FILES, ...more }, true)).toBe(true);
  });

  it('is not, for the files of its neighbours, which each day has', async () => {
    expect(await isNew({ ...FILES, [`settlement ${NEXT_DAY}`]: 'next' }, true)).toBe(false);
    expect(await isNew(FILES, true)).toBe(false);
  });
});

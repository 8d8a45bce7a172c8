import { WorkflowNotFoundError } from '@temporalio/client';
import { writeFile } from 'node:fs/promises';
import { Archive } from '../../archive/archive';
import { dayFiles } from '../../archive/archive-files';
import {
  ArchiveBackedHistory,
  ArchiveBackedSide,
  ArchiveHistoryReader,
  ArchiveSide,
} from '../../reconciliation/archive-side';
import type {
  CaseFinder,
  CaseLink,
  HistoryReader,
  InternalPurchase,
  InternalSide,
} from '../../reconciliation/internal-purchase';
import { DEFAULT_SETTINGS, reconcile } from '../../reconciliation/reconcile';
import { caseId, transactionId } from '../../domain/identifiers';
import { daysAfter, localDayStart } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd } from '../../domain/vnd';
import { archived, exported, newArchive, removeArchives, ScriptedSource } from '../archive/archived-day';
import {
  DAY,
  internalPurchase,
  internalSide,
  source,
  settlementLineOf,
  settlementLinesOf,
} from './synthetic-day';

afterAll(removeArchives);

const YESTERDAY = daysAfter(DAY, -1);
const refunded = { state: 'rolled_back', refundNotice: 'delivered' } as const;
/** Our side of a day, and of one sale of the day before, that differ from the file in several ways. */
const PURCHASES: readonly { order: string; differently?: Partial<InternalPurchase> }[] = [
  { order: 'sold' },
  { order: 'missing' },
  { order: 'charged-all-the-same', differently: refunded },
  { order: 'open', differently: { state: 'charging', closedAt: null } },
  { order: 'yesterday', differently: { day: YESTERDAY, acceptedAt: localDayStart(DAY) - 60_000 } },
];
const OURS = PURCHASES.map(({ order, differently }) => internalPurchase(order, differently));
const [SOLD, , CHARGED, , EARLIER] = OURS as [
  InternalPurchase,
  InternalPurchase,
  InternalPurchase,
  InternalPurchase,
  InternalPurchase,
]; // the five above
const LINES: SettlementLine[] = [
  ...settlementLinesOf(SOLD),
  settlementLineOf(CHARGED, 'charge'),
  ...settlementLinesOf(EARLIER),
];

async function anArchive(): Promise<string> {
  const folder = await newArchive();
  const purchases = PURCHASES.map(({ order, differently }) => {
    const purchase = archived(order, differently);
    const [step] = purchase.steps;
    if (purchase.state !== 'rolled_back' || !step) return purchase;
    return { ...purchase, steps: [{ ...step, step: 'refund_notice' as const }] };
  });
  const all = new ScriptedSource(purchases);
  await exported(folder, all);
  await exported(folder, all, {}, YESTERDAY);
  return folder;
}

function report(internal: InternalSide, history: HistoryReader, lines = LINES) {
  const settings = { ...DEFAULT_SETTINGS, cutOffMinutes: 0 };
  return reconcile({
    day: DAY,
    internal,
    files: [
      { role: 'day', source: source(lines) },
      { role: 'last_day', source: source([]) },
    ],
    history,
    settings,
  });
}

/** Temporal, as it knew all of this. */
const temporalHistory: HistoryReader & CaseFinder = {
  casesOf: () => Promise.resolve([]),
  read: (ours) =>
    Promise.resolve({
      evidence: { workflowId: `purchase:app:${ours.externalId}`, eventIds: [8, 10], webUiLink: null },
      refundNotice: ours.state === 'rolled_back' ? 'delivered' : ours.refundNotice,
    }),
};
const temporalSide = internalSide(
  OURS.map((ours) => (ours.refundNotice === 'delivered' ? { ...ours, refundNotice: 'due' } : ours)),
);

describe('a day that is reconciled from the archive', () => {
  it('gives the report that Temporal gave, byte for byte', async () => {
    const archive = new Archive(await anArchive(), undefined);
    const fromArchive = await report(new ArchiveSide(archive), new ArchiveHistoryReader(archive));

    const fromTemporal = await report(temporalSide, temporalHistory);
    expect(fromTemporal.counts).toEqual({
      missing_there: 1,
      refund_noticed_yet_charged: 1,
      open_here: 1,
      cut_off: 1,
    });
    expect(JSON.stringify(fromArchive)).toBe(JSON.stringify(fromTemporal));
  });

  it('cannot be one that the archive does not have, or not in whole', async () => {
    const folder = await anArchive();
    const archive = new Archive(folder, undefined);
    const side = new ArchiveSide(archive);
    const next = daysAfter(DAY, 1);
    const list = async (day: typeof DAY, from = side) => {
      const listed: InternalPurchase[] = [];
      for await (const purchase of from.purchasesOf(day)) listed.push(purchase);
      return listed;
    };
    await expect(list(next)).rejects.toThrow(`datacode export --from ${next} --to ${next}`);
    const noon = () => new Date(localDayStart(DAY) + 43_200_000);
    const partly = await newArchive();
    await exported(partly, new ScriptedSource([archived('sold')]), { now: noon });
    await expect(list(DAY, new ArchiveSide(new Archive(partly, undefined)))).rejects.toThrow(
      'says that the day is incomplete',
    );
  });

  it('is refused when a file was changed, by the file’s name', async () => {
    const folder = await anArchive();
    const { purchases } = dayFiles(folder, DAY);
    await writeFile(purchases, '');
    const archive = new Archive(folder, undefined);
    await expect(report(new ArchiveSide(archive), new ArchiveHistoryReader(archive))).rejects.toThrow(
      purchases,
    );
  });
});

describe('a day of which Temporal has forgotten some', () => {
  it('gives the same report when the archive stands behind Temporal', async () => {
    const archive = new Archive(await anArchive(), undefined);
    const kept = OURS.slice(0, 2);
    const forgetful: HistoryReader & CaseFinder = {
      casesOf: () => Promise.resolve([]),
      read: (ours) => {
        if (kept.some(({ purchaseId }) => purchaseId === ours.purchaseId)) return temporalHistory.read(ours);
        throw new WorkflowNotFoundError('forgotten', ours.externalId, undefined);
      },
    };
    const together = await report(
      new ArchiveBackedSide(internalSide(kept), new ArchiveSide(archive, false)),
      new ArchiveBackedHistory(forgetful, new ArchiveHistoryReader(archive)),
    );
    expect(JSON.stringify(together)).toBe(JSON.stringify(await report(temporalSide, temporalHistory)));
  });

  it('is Temporal’s alone where the archive does not have the day', async () => {
    const archive = new Archive(await newArchive(), undefined);
    const together = await report(
      new ArchiveBackedSide(temporalSide, new ArchiveSide(archive, false)),
      new ArchiveBackedHistory(temporalHistory, new ArchiveHistoryReader(archive)),
    );
    expect(JSON.stringify(together)).toBe(JSON.stringify(await report(temporalSide, temporalHistory)));
  });
});

describe('a sale that a case registered again, and whose history is past retention', () => {
  const AGAIN = settlementLineOf(SOLD, 'registration', {
    transactionId: transactionId(SOLD.purchaseId, 'registration-2'),
    reference: 'MF-again',
    discountRateBasisPoints: 0,
    discountAmount: vnd(0),
  });
  const lines = [
    ...LINES.map((line) => (isFirst(line) ? { ...line, state: 'reversed' as const } : line)),
    AGAIN,
  ];
  const ofSecond = async (history: (archive: Archive) => HistoryReader) => {
    const archive = new Archive(await anArchive(), undefined);
    const { breaks } = await report(new ArchiveSide(archive), history(archive), lines);
    return breaks
      .filter(({ purchaseId }) => purchaseId === SOLD.purchaseId)
      .map(({ kind, nature }) => `${kind} (${nature})`);
  };
  const unproven = 'second_registration_unproven (record)';

  it('is no break of money from the archive alone, which has no cases', async () => {
    expect(await ofSecond((archive) => new ArchiveHistoryReader(archive))).toEqual([unproven]);
  });

  it('is no break where Temporal still has the case', async () => {
    const id = caseId(SOLD.purchaseId, { kind: 'make_good' });
    expect(await ofSecond(behind([{ id, state: 're_registered', webUiLink: null }]))).toEqual([]);
  });

  it('is unproven where the case may be past retention as well', async () => {
    expect(await ofSecond(behind([]))).toEqual([unproven]);
  });
});

function isFirst({ kind, purchaseId }: SettlementLine): boolean {
  return kind === 'registration' && purchaseId === SOLD.purchaseId;
}

/** The archive behind a Temporal that has no history any more, and these cases. */
function behind(cases: readonly CaseLink[]): (archive: Archive) => HistoryReader {
  const forgetful: HistoryReader & CaseFinder = {
    read: ({ externalId }) => Promise.reject(new WorkflowNotFoundError('forgotten', externalId, undefined)),
    casesOf: () => Promise.resolve(cases),
  };
  return (archive) => new ArchiveBackedHistory(forgetful, new ArchiveHistoryReader(archive));
}

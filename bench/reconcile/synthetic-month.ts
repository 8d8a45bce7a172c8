import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import path from 'node:path';
import { finished } from 'node:stream/promises';
import { settlementCsv } from '../../sandbox/settlement-file';
import type { PurchaseId } from '../../domain/identifiers';
import { daysAfter, type LocalDay } from '../../domain/local-time';
import type { BreakKind } from '../../domain/reconciliation/breaks';
import { movesMoney, type SettlementLine } from '../../domain/reconciliation/settlement';
import { vnd } from '../../domain/vnd';
import {
  internalPurchase,
  type InternalPurchase,
  type InternalSide,
} from '../../reconciliation/internal-purchase';
import type { NamedInput } from '../../reconciliation/reading';
import { SettlementFile } from '../../reconciliation/settlement-file';
import { timesOfFile } from '../../reconciliation/settlement-times';
import { linesOf, syntheticOrder, SYNTHETIC_DAY } from './synthetic-day';

/** What is done to one purchase of so many; the kinds take turns. */
const SEEDED_EVERY = 1000;
const DEEDS = ['moved', 'repeated', 'sentAgain', 'lost', 'dearer'] as const;
/** Orders whose lines are written at once. */
const BATCH = 1000;
const DEARER_BY = 1000;

/** A break that the account must have. */
export type SeededBreak = `${LocalDay} ${BreakKind} ${PurchaseId} ${number}`;

/** A month of both sides, of which a day is made when it is read: only what is seeded is held. */
export class SyntheticMonth implements InternalSide {
  readonly days: readonly LocalDay[];
  readonly breaks: SeededBreak[] = [];
  /** Sales whose lines are in another day's file. */
  moved = 0;
  lines = 0;
  private readonly seeded = new Map<PurchaseId, InternalPurchase>();
  /** Lines that a later file has of an earlier day's sale. */
  private readonly late = new Map<LocalDay, SettlementLine[]>();

  constructor(
    private readonly folder: string,
    length: number,
    private readonly purchasesADay: number,
  ) {
    this.days = Array.from({ length }, (_, at) => daysAfter(SYNTHETIC_DAY, at - length));
  }

  async *purchasesOf(day: LocalDay): AsyncGenerator<InternalPurchase> {
    if (!this.days.includes(day)) return;
    for (let at = 0; at < this.purchasesADay; at += 1) yield this.purchase(day, at);
  }

  find(id: PurchaseId): Promise<InternalPurchase | undefined> {
    return Promise.resolve(this.seeded.get(id));
  }

  readonly filesOf = (of: LocalDay): Promise<readonly NamedInput[]> => {
    if (!this.days.includes(of)) return Promise.resolve([]);
    const file = new SettlementFile(createReadStream(this.fileOf(of)), { times: timesOfFile(of, 'day') });
    return Promise.resolve([{ role: 'other_day', of, source: file }]);
  };

  /** Writes the settlement files of all days, and does to the seeded purchases what is done to them. */
  async write(): Promise<void> {
    for (const [number, day] of this.days.entries()) await this.writeDay(day, number);
  }

  private async writeDay(day: LocalDay, number: number): Promise<void> {
    const stream = createWriteStream(this.fileOf(day));
    for (let begin = 0; begin < this.purchasesADay; begin += BATCH) {
      const end = Math.min(this.purchasesADay, begin + BATCH);
      const lines = Array.from({ length: end - begin }, (_, at) =>
        this.linesIn(day, number, begin + at),
      ).flat();
      if (begin === 0) lines.push(...(this.late.get(day) ?? []));
      this.lines += lines.length;
      const text = settlementCsv(lines);
      if (!stream.write(begin === 0 ? text : text.slice(text.indexOf('\n') + 1))) await once(stream, 'drain');
    }
    stream.end();
    await finished(stream);
  }

  /** What the file of its own day has of a purchase. */
  private linesIn(day: LocalDay, number: number, at: number): SettlementLine[] {
    const index = number * this.purchasesADay + at;
    const lines = linesOf(syntheticOrder(at, this.purchasesADay, day), index);
    const turn = Math.floor(at / SEEDED_EVERY);
    const other = this.days[number + 1 + ((number + Math.floor(turn / DEEDS.length)) % DEEDS.length)]; // one to five days later
    if (at % SEEDED_EVERY !== SEEDED_EVERY - 1 || !other) return lines; // the last days' sales have nowhere to be moved to
    const sale = this.purchase(day, at);
    this.seeded.set(sale.purchaseId, sale);
    return this.doTo(sale, lines, other, DEEDS[turn % DEEDS.length]);
  }

  private doTo(
    sale: InternalPurchase,
    lines: SettlementLine[],
    other: LocalDay,
    deed: (typeof DEEDS)[number] | undefined,
  ): SettlementLine[] {
    const { day, faceValue } = sale;
    switch (deed) {
      case 'moved':
        this.moved += 1;
        this.addLate(other, lines);
        return [];
      case 'repeated':
      case 'sentAgain': {
        const kind = deed === 'repeated' ? 'duplicate_in_file' : 'duplicate_charge';
        const again = lines.map((line) => ({ ...line, reference: `${line.reference}-2` }));
        this.addLate(other, deed === 'repeated' ? lines : again);
        this.expect(day, kind, sale, 0);
        this.expect(other, kind, sale, 0 - faceValue);
        return lines;
      }
      case 'lost':
        this.expect(day, 'missing_there', sale, faceValue);
        return [];
      default:
        this.expect(day, 'amount_differs', sale, 0 - DEARER_BY);
        return lines.map((line) =>
          movesMoney(line) ? { ...line, amount: vnd(line.amount + DEARER_BY) } : line,
        );
    }
  }

  private expect(day: LocalDay, kind: BreakKind, { purchaseId }: InternalPurchase, gross: number): void {
    this.breaks.push(`${day} ${kind} ${purchaseId} ${gross}`);
  }

  private addLate(day: LocalDay, lines: readonly SettlementLine[]): void {
    this.late.set(day, [...(this.late.get(day) ?? []), ...lines]);
  }

  private purchase(day: LocalDay, at: number): InternalPurchase {
    const order = syntheticOrder(at, this.purchasesADay, day);
    const closedAt = Date.parse(order.acceptedAt) + 1000;
    return internalPurchase(order, { day, state: 'succeeded', closedAt, needsAttention: false });
  }

  private fileOf(day: LocalDay): string {
    return path.join(this.folder, `settlement-${day}.csv`);
  }
}

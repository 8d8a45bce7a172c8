import { DEFAULT_SETTINGS } from '../../reconciliation/reconcile';
import { periodAccount } from '../../reconciliation/period/period';
import type { InternalPurchase } from '../../reconciliation/internal-purchase';
import { daysAfter, type LocalDay } from '../../domain/local-time';
import { movesMoney, type SettlementLine } from '../../domain/reconciliation/settlement';
import type { PurchaseId } from '../../domain/identifiers';
import { vnd } from '../../domain/vnd';
import {
  DAY,
  internalPurchase,
  internalSide,
  nothing,
  settlementLineOf,
  settlementLinesOf,
  source,
} from './synthetic-day';

/** So many weeks; each has some ten sales. */
const WEEKS = Number(process.env['RECONCILIATION_WEEKS'] ?? 150);
const DAYS = Array.from({ length: 7 }, (_, at) => daysAfter(DAY, at));

/** Chance that a seed repeats (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides;
  };
}

interface Week {
  purchases: InternalPurchase[];
  files: Map<LocalDay, SettlementLine[]>;
}

/** Up to three things are done to a sale's lines, in any order and whatever they come to together. */
function mixedWeek(seed: number): Week {
  const roll = dice(seed);
  const files = new Map<LocalDay, SettlementLine[]>(DAYS.map((day) => [day, []]));
  const anyDay = (): LocalDay => DAYS[roll(DAYS.length)] ?? DAY;
  const add = (day: LocalDay, lines: readonly SettlementLine[]) => files.get(day)?.push(...lines);
  const purchases: InternalPurchase[] = [];
  for (const day of DAYS.flatMap((one) => (roll(3) === 0 ? [one] : [one, one]))) {
    const sale = internalPurchase(`sale-${seed}-${purchases.length}-${day}`, {
      day,
      paymentForm: roll(2) === 0 ? 'prepaid' : 'postpaid',
      ...(roll(8) === 0 ? { state: 'rolled_back', refundNotice: 'delivered' } : {}),
    });
    const deeds = Array.from({ length: roll(4) }, () => roll(7));
    let lines = settlementLinesOf({ ...sale, state: roll(4) === 0 ? sale.state : 'succeeded' });
    let file = day;
    for (const [at, deed] of deeds.entries()) {
      const again = lines.map((line) => ({ ...line, reference: `${line.reference}-${at}` }));
      if (deed === 0) file = anyDay();
      if (deed === 1) add(anyDay(), lines);
      if (deed === 2) add(anyDay(), again);
      if (deed === 3) lines = lines.slice(roll(2));
      if (deed === 4) lines = lines.map((line) => ({ ...line, amount: vnd(line.amount + 1000) }));
      if (deed === 5) lines = lines.map((line) => (movesMoney(line) ? { ...line, state: 'reversed' } : line));
      if (deed === 6) add(anyDay(), [settlementLineOf(sale, 'rollback', { reference: `R-${day}-${at}` })]);
    }
    add(file, lines);
    if (roll(12) > 0) purchases.push(sale);
    else purchases.push({ ...sale, state: 'rejected' });
  }
  return { purchases, files };
}

/** By the contract: what MobiFone adds up for a line. */
function valueOf(line: SettlementLine): number {
  if (line.state !== 'done') return 0;
  if (line.kind === 'rollback') return 0 - line.amount;
  return line.kind === 'charge' || line.paymentForm === 'prepaid' ? line.amount : 0;
}

function addTo(sums: Map<PurchaseId, number>, id: PurchaseId, amount: number): void {
  sums.set(id, (sums.get(id) ?? 0) + amount);
}

describe('weeks in which any things are done to the same sale’s lines', () => {
  it('have for each purchase rows that come to its difference to the đồng, and nothing unexplained', async () => {
    for (let seed = 1; seed <= WEEKS; seed += 1) {
      const { purchases, files } = mixedWeek(seed);
      const account = await periodAccount({
        from: DAYS[0] ?? DAY,
        to: DAYS.at(-1) ?? DAY,
        internal: internalSide(purchases),
        filesOf: (of) => {
          const lines = files.get(of);
          return Promise.resolve(lines ? [{ role: 'other_day', of, source: source(lines) }] : []);
        },
        settings: DEFAULT_SETTINGS,
      });
      const wanted = new Map<PurchaseId, number>();
      for (const { purchaseId, state, faceValue } of purchases)
        addTo(wanted, purchaseId, state === 'succeeded' ? faceValue : 0);
      for (const line of [...files.values()].flat()) addTo(wanted, line.purchaseId, 0 - valueOf(line));
      const told = new Map<PurchaseId, number>([...wanted.keys()].map((id) => [id, 0]));
      for (const { purchaseId, difference } of [...account.breaks, ...account.timing])
        addTo(told, purchaseId as PurchaseId, difference.gross); // an account writes ids as texts
      expect({
        seed,
        told: [...told],
        unexplained: account.unexplained,
        days: account.days.filter(({ unexplained }) => unexplained.payable !== 0),
        unmatched: account.timing.filter(({ state }) => state === 'unmatched'),
      }).toEqual({ seed, told: [...wanted], unexplained: nothing, days: [], unmatched: [] });
    }
  }, 600_000);
});

import { BREAK_KIND_NAMES, type BreakKind } from '../domain/reconciliation/breaks';
import { NOTHING, plus, type Money } from './money';
import type { Break, UnlistedBreaks } from './report';

/** So many breaks are rows of a report: more than people work through, few enough to open. All others are counted. */
export const LISTED_BREAKS = 2_000;

/** Takes the breaks of a day in the order of their purchases, and holds as many as the report lists. */
export class BreakList {
  private readonly first = new Map<BreakKind, Break[]>();
  private readonly counted = new Map<BreakKind, number>();
  private sum = NOTHING;
  private atStake = 0;
  readonly awaited: string[] = [];

  /** @param limit how many the report lists */
  constructor(private readonly limit = LISTED_BREAKS) {}

  add(row: Break): void {
    const { kind } = row;
    this.counted.set(kind, (this.counted.get(kind) ?? 0) + 1);
    this.sum = plus(this.sum, row.difference);
    this.atStake += stakeOf(row);
    if (row.awaited) this.awaited.push(row.purchaseId);
    const rows = this.first.get(kind) ?? [];
    if (rows.length < this.limit) rows.push(row);
    this.first.set(kind, rows);
  }

  /** In the order of the kinds, and of the purchases. */
  listed(): Break[] {
    return BREAK_KIND_NAMES.flatMap((kind) => this.first.get(kind) ?? []).slice(0, this.limit);
  }

  unlisted(): UnlistedBreaks {
    const listed = this.listed();
    const all = [...this.counted.values()].reduce((sum, count) => sum + count, 0);
    const rest = listed.reduce(
      ({ gross, discount, atStake }, row) => ({
        gross: gross - row.difference.gross,
        discount: discount - row.difference.discount,
        atStake: atStake - stakeOf(row),
      }),
      { gross: this.sum.gross, discount: this.sum.discount, atStake: this.atStake },
    );
    return { count: all - listed.length, ...rest, payable: rest.gross - rest.discount };
  }

  /** Ours less theirs, as far as all breaks explain it. */
  difference(): Money {
    return this.sum;
  }

  counts(): Record<string, number> {
    return Object.fromEntries(
      BREAK_KIND_NAMES.flatMap((kind) => {
        const count = this.counted.get(kind) ?? 0;
        return count > 0 ? [[kind, count] as const] : [];
      }),
    );
  }
}

function stakeOf({ nature, atStake }: Pick<Break, 'nature' | 'atStake'>): number {
  return nature === 'timing' ? 0 : atStake;
}

/** A line that cannot be used, kept apart; its text is not told, since it may hold a subscriber's number. */
export interface BadLine {
  /** As an editor counts: the first line of the file is 1. */
  line: number;
  reason: string;
}

/** So many are in the report; all are counted, and `BadLines.all` has the others. */
export const LISTED_BAD_LINES = 100;
/** A file with more is no settlement file: the rest is counted only, so that no file fills the memory. */
const KEPT_BAD_LINES = 1_000_000;

/** How many lines have one reason. */
export interface BadLineReason {
  reason: string;
  count: number;
}
/** So many reasons are in the report, the most frequent first. */
const LISTED_REASONS = 20;

/** The bad lines of a file: a few bytes each, since a file may have nothing else. */
export class BadLines {
  count = 0;
  private readonly reasons = new Map<string, BadLineReason & { place: number }>();
  private readonly lines: number[] = [];
  private readonly places: number[] = [];

  add(line: number, reason: string): void {
    this.count += 1;
    const known = this.reasons.get(reason) ?? { reason, count: 0, place: this.reasons.size };
    known.count += 1;
    this.reasons.set(reason, known);
    if (this.lines.length >= KEPT_BAD_LINES) return;
    this.lines.push(line);
    this.places.push(known.place);
  }

  /** In the file's order, as many as are kept. */
  *all(): Generator<BadLine> {
    const reasons = [...this.reasons.keys()];
    for (const [at, line] of this.lines.entries()) {
      yield { line, reason: reasons[this.places[at] ?? 0] ?? '' };
    }
  }

  listed(): BadLine[] {
    const first: BadLine[] = [];
    for (const bad of this.all()) {
      if (first.length === LISTED_BAD_LINES) break;
      first.push(bad);
    }
    return first;
  }

  byReason(): BadLineReason[] {
    return [...this.reasons.values()]
      .toSorted((one, other) => other.count - one.count || one.place - other.place)
      .slice(0, LISTED_REASONS)
      .map(({ reason, count }) => ({ reason, count }));
  }
}

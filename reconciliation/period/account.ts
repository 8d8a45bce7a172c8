import { BREAK_KIND_NAMES } from '../../domain/reconciliation/breaks';
import type { LocalDay } from '../../domain/local-time';
import type { SettlementFileRole } from '../../domain/reconciliation/reconciliation';
import { isNothing, minus, NOTHING, plus, type Money } from '../money';
import type { Break, Report } from '../report';
import type { Tally } from '../totals';

/** What a side owes or is owed at a moment, and what moved it: whole đồng, since the account's first day. */
export interface SideAccount {
  opening: Money;
  movement: Tally;
  closing: Money;
}

/** A difference that stands on its day, and the report's row shortened to what an account needs. */
export interface AccountBreak extends Pick<
  Break,
  | 'id'
  | 'kind'
  | 'nature'
  | 'purchaseId'
  | 'channel'
  | 'externalId'
  | 'references'
  | 'difference'
  | 'atStake'
  | 'detail'
> {
  day: LocalDay;
}

/** A sale between two days, as each of them names it. */
export interface AccountTiming extends Pick<
  Break,
  'id' | 'kind' | 'purchaseId' | 'references' | 'difference'
> {
  day: LocalDay;
  otherDay: LocalDay;
  /**
   * *matched*: the other day has the opposite; *in_transit*: the other day is outside the period, or not there yet;
   * *unmatched*: the other day is in the period and does not have it, so that the difference is unexplained.
   */
  state: 'matched' | 'in_transit' | 'unmatched';
}

/** One day of the account. */
export interface AccountDay {
  day: LocalDay;
  /** Whether MobiFone's file was there; without it the whole day is unexplained. */
  compared: boolean;
  agent: SideAccount;
  mobifone: SideAccount;
  /** The agent's movement less MobiFone's. */
  difference: Money;
  explained: { breaks: Money; timing: Money; tolerated: Money };
  unexplained: Money;
  /** Breaks by kind, timing left out. */
  counts: Record<string, number>;
  badLines: number;
  files: { role: SettlementFileRole; lines: number; sha256: string }[];
}

/** What both sides had before the period. */
export interface OpeningBalances {
  agent: Money;
  mobifone: Money;
}

/** A period's account: opening, movements, closing, and every đồng between the sides named. */
export interface PeriodAccount {
  format: 'datacode-period/1';
  from: LocalDay;
  to: LocalDay;
  rules: Report['rules'];
  settings: Report['settings'];
  /** Every day was compared, and nothing is left but timing. */
  clean: boolean;
  agent: SideAccount;
  mobifone: SideAccount;
  difference: { opening: Money; movement: Money; closing: Money };
  explained: AccountDay['explained'];
  unexplained: Money;
  /** Of the timing, what the period's last days leave to the days after, or have of the days before. */
  inTransit: Money;
  days: AccountDay[];
  breaks: AccountBreak[];
  timing: AccountTiming[];
  /** Sums of all purchases and of all lines, added up apart from the days. */
  sums: { purchases: Money; lines: Money; agree: boolean };
}

/** A day's report, or its purchases alone where it has no file. */
export interface ReportedDay {
  day: LocalDay;
  compared: boolean;
  report: Report;
  /** All of them, listed in the report or not. */
  breaks: readonly Break[];
}

/** The days' reports as one account. Pure. */
export function accountOf(
  reported: readonly ReportedDay[],
  opening: OpeningBalances,
  sums: { purchases: Money; lines: Money },
): PeriodAccount {
  const [first] = reported;
  const last = reported.at(-1);
  if (!first || !last) throw new RangeError('a period has at least one day');
  const timing = timingOf(reported);
  const unmatched = new Set(timing.filter(({ state }) => state === 'unmatched').map(({ id }) => id));
  const days: AccountDay[] = [];
  let before = opening;
  for (const one of reported) {
    const day = dayOf(one, before, unmatched);
    days.push(day);
    before = { agent: day.agent.closing, mobifone: day.mobifone.closing };
  }
  const agent = wholeOf(days.map((day) => day.agent));
  const mobifone = wholeOf(days.map((day) => day.mobifone));
  const total = (of: (day: AccountDay) => Money) => days.map(of).reduce(plus, NOTHING);
  const breaks = reported.flatMap(({ day, breaks: ofDay }) =>
    ofDay.filter(({ nature }) => nature !== 'timing').map((row) => accountBreak(day, row)),
  );
  const unexplained = total((day) => day.unexplained);
  const agree =
    isNothing(minus(sums.purchases, agent.movement)) && isNothing(minus(sums.lines, mobifone.movement));
  return {
    format: 'datacode-period/1',
    from: first.day,
    to: last.day,
    rules: first.report.rules,
    settings: first.report.settings,
    clean:
      agree &&
      breaks.length === 0 &&
      days.every((day) => day.compared && day.badLines === 0 && isNothing(day.unexplained)),
    agent,
    mobifone,
    difference: {
      opening: minus(agent.opening, mobifone.opening),
      movement: total((day) => day.difference),
      closing: minus(agent.closing, mobifone.closing),
    },
    explained: {
      breaks: total((day) => day.explained.breaks),
      timing: total((day) => day.explained.timing),
      tolerated: total((day) => day.explained.tolerated),
    },
    unexplained,
    inTransit: timing
      .filter(({ state }) => state === 'in_transit')
      .reduce((sum, { difference }) => plus(sum, difference), NOTHING),
    days,
    breaks,
    timing,
    sums: { ...sums, agree },
  };
}

function dayOf(
  { day, compared, report, breaks }: ReportedDay,
  before: OpeningBalances,
  unmatched: ReadonlySet<string>,
): AccountDay {
  const { totals, tolerated, files } = report;
  const sum = (rows: readonly Break[]) => rows.reduce((all, row) => plus(all, row.difference), NOTHING);
  const named = breaks.filter(({ nature }) => nature !== 'timing');
  const timing = breaks.filter(({ nature, id }) => nature === 'timing' && !unmatched.has(id));
  const explained = { breaks: sum(named), timing: sum(timing), tolerated };
  const { gross, discount, payable } = tolerated;
  const difference = minus(totals.ours, totals.theirs);
  const rest = [explained.breaks, explained.timing, tolerated].reduce(minus, difference);
  return {
    day,
    compared,
    agent: moved(before.agent, totals.ours),
    mobifone: moved(before.mobifone, totals.theirs),
    difference,
    explained: compared
      ? { ...explained, tolerated: { gross, discount, payable } }
      : { breaks: NOTHING, timing: NOTHING, tolerated: NOTHING },
    unexplained: compared ? rest : difference,
    counts: Object.fromEntries(
      BREAK_KIND_NAMES.map((kind) => [kind, named.filter((row) => row.kind === kind).length] as const).filter(
        ([, count]) => count > 0,
      ),
    ),
    badLines: files.reduce((all, { badLineCount }) => all + badLineCount, 0),
    files: files
      .filter(() => compared)
      .filter(({ role, of }) => role === 'day' || (role === 'correction' && of === undefined))
      .map(({ role, goodLines, sha256 }) => ({ role, lines: goodLines, sha256 })),
  };
}

/** Timing is only what two days name: each looks for its opposite on the other day. */
function timingOf(reported: readonly ReportedDay[]): AccountTiming[] {
  const days = new Map(reported.filter(({ compared }) => compared).map(({ day, breaks }) => [day, breaks]));
  const named = new Map<string, Break[]>();
  for (const [day, breaks] of days) {
    for (const row of breaks.filter(({ otherDay }) => otherDay !== null)) {
      const key = nameOf(day, row.otherDay, row.purchaseId);
      named.set(key, [...(named.get(key) ?? []), row]);
    }
  }
  const hasOpposite = (row: Break, day: LocalDay): boolean =>
    (named.get(nameOf(row.otherDay, day, row.purchaseId)) ?? []).some((other) =>
      isNothing(plus(other.difference, row.difference)),
    );
  return [...days].flatMap(([day, breaks]) =>
    breaks
      .filter(({ nature, otherDay, difference }) => nature === 'timing' && otherDay && !isNothing(difference))
      .map((row) => ({
        day,
        otherDay: row.otherDay as LocalDay, // filtered above
        id: row.id,
        kind: row.kind,
        purchaseId: row.purchaseId,
        references: row.references,
        difference: row.difference,
        state: !days.has(row.otherDay as LocalDay)
          ? ('in_transit' as const)
          : hasOpposite(row, day)
            ? ('matched' as const)
            : ('unmatched' as const),
      })),
  );
}

/** A purchase on one day, named by another. */
function nameOf(day: string | null, otherDay: string | null, purchaseId: string): string {
  return `${day} ${otherDay} ${purchaseId}`;
}

function accountBreak(day: LocalDay, row: Break): AccountBreak {
  const { id, kind, nature, purchaseId, channel, externalId, references, difference, atStake, detail } = row;
  return {
    day,
    id,
    kind,
    nature,
    purchaseId,
    channel,
    externalId,
    references,
    difference,
    atStake,
    detail,
  };
}

function moved(opening: Money, movement: Tally): SideAccount {
  return { opening, movement, closing: plus(opening, movement) };
}

function wholeOf(days: readonly SideAccount[]): SideAccount {
  const movement = days.reduce(
    (sum, day) => ({ count: sum.count + day.movement.count, ...plus(sum, day.movement) }),
    { count: 0, ...NOTHING },
  );
  const opening = days[0]?.opening ?? NOTHING;
  return { opening, movement, closing: plus(opening, movement) };
}

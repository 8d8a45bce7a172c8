import { daysAfter, type LocalDay } from '../../domain/local-time';
import type { SettlementLine } from '../../domain/reconciliation/settlement';
import { daysBetween } from '../comparison';
import type { HistoryReader } from '../internal-purchase';
import { NOTHING } from '../money';
import type { NamedInput } from '../reading';
import { reconcile, type ComparisonSettings } from '../reconcile';
import type { Break } from '../report';
import { accountOf, type OpeningBalances, type PeriodAccount, type ReportedDay } from './account';
import { surveyed, type PeriodSides, type PeriodSurvey } from './moved-lines';

/** A period whose account is wanted; both days belong to it. */
export interface Period extends PeriodSides {
  from: LocalDay;
  to: LocalDay;
  settings: ComparisonSettings;
  /** From the account before; nothing where the account begins with this period. */
  opening?: OpeningBalances;
  history?: HistoryReader;
  /** Called before each day is compared. */
  onDay?: (day: LocalDay) => void;
}

/**
 * The account of a period: each day is compared with the lines that all days of the period have of its purchases, so
 * that no đồng is called timing which another day does not account for.
 * @throws SettlementFileFault when a file cannot be used as a whole
 */
export async function periodAccount(period: Period): Promise<PeriodAccount> {
  const days = daysBetween(period.from, period.to);
  const survey = await surveyed(period, days);
  const reported: ReportedDay[] = [];
  for (const day of days) {
    period.onDay?.(day);
    reported.push(await reportedDay(period, survey, day));
  }
  return accountOf(reported, period.opening ?? { agent: NOTHING, mobifone: NOTHING }, survey.sums);
}

async function reportedDay(period: Period, survey: PeriodSurvey, day: LocalDay): Promise<ReportedDay> {
  const { internal, settings, history, filesOf } = period;
  const compared = survey.files.has(day);
  const own = compared ? (await filesOf(day)).map((file) => asOwn(file)) : [emptyFile(day)];
  const breaks: Break[] = []; // a report lists only the first of them
  const report = await reconcile({
    day,
    internal,
    files: [...own, ...othersOf(survey, day), ...(await atTheEdge(period, day))],
    alsoKnown: survey.files,
    filesOf,
    settings,
    onBreak: (row) => void breaks.push(row),
    ...(history && compared ? { history } : {}),
  });
  return { day, compared, report, breaks: compared ? breaks : [] }; // without a file nothing is known to be missing
}

/** The files of the days just outside, in which the first and the last day's sales may be. */
async function atTheEdge({ from, to, filesOf }: Period, day: LocalDay): Promise<NamedInput[]> {
  const before = day === from ? await filesOf(daysAfter(from, -1)) : [];
  const after = day === to ? await filesOf(daysAfter(to, 1)) : [];
  return [...before, ...after];
}

/** A day's own file has no day beside its role. */
function asOwn({ role, source }: NamedInput): NamedInput {
  return { role: role === 'correction' ? 'correction' : 'day', source };
}

function othersOf({ moved }: PeriodSurvey, day: LocalDay): NamedInput[] {
  return [...moved]
    .filter(([of, lines]) => of !== day && lines.length > 0)
    .map(([of, lines]) => inMemory(of, lines));
}

function emptyFile(day: LocalDay): NamedInput {
  return { ...inMemory(day, []), role: 'day' };
}

/** Lines that were read before, in the place of their file. */
function inMemory(of: LocalDay, lines: readonly SettlementLine[]): NamedInput {
  return {
    role: 'other_day',
    of,
    source: {
      lines: async function* () {
        yield* lines;
      },
      summary: () => ({
        format: 'csv',
        encoding: 'utf-8',
        delimiter: ',',
        goodLines: lines.length,
        badLines: [],
        badLineCount: 0,
        badLineReasons: [],
        ignoredColumns: [],
        sha256: '',
      }),
    },
  };
}

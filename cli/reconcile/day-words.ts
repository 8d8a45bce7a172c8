import type { Report } from '../../reconciliation/report';
import type { DayRun } from '../../reconciliation/schedule/days';
import { formatLocalTime } from '../../domain/local-time';
import {
  NOT_RECONCILED_REASONS,
  type ReconciledDay,
  type ReconciledSum,
} from '../../domain/reconciliation/reconciliation';
import { EXIT } from '../terminal/exit-codes';

/** One word for the state of a day. */
function statusWord({ standing, result }: DayRun): string {
  if (result?.kind === 'reconciled') return result.clean ? 'clean' : 'breaks';
  if (result?.kind === 'not_reconciled') return result.reason;
  return standing;
}

/** A day in one line. */
export function dayLine(run: DayRun): string {
  return `${run.day}  ${statusWord(run).padEnd(14)}  ${essence(run)}`.trimEnd();
}

function essence({ result, workflowId, taken }: DayRun): string {
  if (taken !== undefined) return taken;
  if (result === null) return `see workflow ${workflowId}`;
  if (result.kind === 'not_reconciled') return result.detail;
  const { ours, difference, counts, atStake, badLines } = result;
  const kinds = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  return [
    `${ours.count} sales, payable ${ours.payable}, difference ${difference.payable}`,
    ...(result.clean ? kinds : [`${atStake} at stake`, ...kinds]),
    ...(badLines > 0 ? [`${badLines} bad line(s)`] : []),
  ].join(', ');
}

/** A day with all that its result holds. */
export function dayInFull(run: DayRun): string[] {
  const { day, startedAt, closedAt, workflowId, result, taken } = run;
  const ended = closedAt ? `, ended ${formatLocalTime(closedAt)}` : '';
  return [
    `${day}: ${statusWord(run)}`,
    `  begun ${formatLocalTime(startedAt)}${ended}, workflow ${workflowId}`,
    ...(taken === undefined ? [] : [`  ${taken}`]),
    ...(result?.kind === 'not_reconciled'
      ? [`  ${NOT_RECONCILED_REASONS[result.reason]} ${result.detail}`]
      : []),
    ...(result?.kind === 'reconciled' ? reconciledLines(result) : []),
  ];
}

function reconciledLines(result: ReconciledDay): string[] {
  const { ours, theirs, difference, counts, atStake, badLines, files, report, carryOver } = result;
  return [
    `  ours ${sum(ours)}`,
    `  theirs ${sum(theirs)}`,
    `  difference ${money(difference)}`,
    ...Object.entries(counts).map(([kind, count]) => `  ${count} ${kind}`),
    ...(badLines > 0 ? [`  ${badLines} bad line(s)`] : []),
    `  ${atStake} at stake`,
    ...(carryOver.length > 0 ? [`  ${carryOver.length} expected in the next day’s file`] : []),
    ...files.map(({ role, lines, sha256 }) => `  file ${role}: ${lines} line(s), sha256 ${sha256}`),
    `  report sha256 ${report.digest}`,
    ...report.files.map((file) => `  ${file}`),
  ];
}

function sum({ count, ...amounts }: ReconciledSum): string {
  return `${count} sales, ${money(amounts)}`;
}

/** The exit code that the run would have had by hand: a day that was not compared is one that could not run. */
export function exitOf({ result }: Pick<DayRun, 'result'>): number {
  if (result?.kind !== 'reconciled') return EXIT.couldNotRun;
  return result.clean ? EXIT.done : EXIT.notAsWanted;
}

/** A report of `datacode reconcile run`, for a person at the terminal. */
export function reportInWords({ day, clean, totals, counts, unlisted, files, tolerated }: Report): string[] {
  const bad = files.reduce((all, { badLineCount }) => all + badLineCount, 0);
  const { ours, theirs, difference } = totals;
  return [
    `${day}: ${clean ? 'clean' : 'not clean'}`,
    `  ours ${sum(ours)}`,
    `  theirs ${sum(theirs)}`,
    `  difference ${money(difference)}`,
    ...Object.entries(counts).map(([kind, count]) => `  ${count} ${kind}`),
    ...(tolerated.count > 0 ? [`  ${tolerated.count} within the tolerance: ${money(tolerated)}`] : []),
    ...(unlisted.count > 0 ? [`  ${unlisted.count} break(s) are in the CSV file only (--csv)`] : []),
    ...files.flatMap(({ role, sheet }) => (sheet === undefined ? [] : [`  file ${role}: sheet "${sheet}"`])),
    ...(bad > 0 ? [`  ${bad} bad line(s)`] : []),
    ...files.flatMap(({ badLineReasons }) =>
      badLineReasons.map(({ reason, count }) => `    ${count}: ${reason}`),
    ),
  ];
}

function money({ gross, discount, payable }: Omit<ReconciledSum, 'count'>): string {
  return `${gross} gross, ${discount} discount, ${payable} payable`;
}

import type { DayRun } from '../../reconciliation/schedule/days';
import { formatLocalTime } from '../../domain/local-time';
import {
  NOT_RECONCILED_REASONS,
  type ReconciledDay,
  type ReconciledSum,
} from '../../domain/reconciliation/reconciliation';
import { EXIT } from '../terminal/exit-codes';

/** One word for how a day stands, at one place in every line. */
function standingWord({ standing, result }: DayRun): string {
  if (result?.kind === 'reconciled') return result.clean ? 'clean' : 'breaks';
  if (result?.kind === 'not_reconciled') return result.reason;
  return standing;
}

/** A day in one line. */
export function dayLine(run: DayRun): string {
  return `${run.day}  ${standingWord(run).padEnd(14)}  ${essence(run)}`.trimEnd();
}

function essence({ result, workflowId }: DayRun): string {
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

/** A day in all that its result holds. */
export function dayInFull(run: DayRun): string {
  const { day, startedAt, closedAt, workflowId, result } = run;
  const ended = closedAt ? `, ended ${formatLocalTime(closedAt)}` : '';
  return [
    `${day}: ${standingWord(run)}`,
    `  begun ${formatLocalTime(startedAt)}${ended}, workflow ${workflowId}`,
    ...(result?.kind === 'not_reconciled'
      ? [`  ${NOT_RECONCILED_REASONS[result.reason]} ${result.detail}`]
      : []),
    ...(result?.kind === 'reconciled' ? reconciledLines(result) : []),
  ].join('\n');
}

function reconciledLines(result: ReconciledDay): string[] {
  const { ours, theirs, difference, counts, atStake, badLines, files, report, carryOver } = result;
  return [
    `  ours ${sum(ours)}`,
    `  theirs ${sum(theirs)}`,
    `  difference ${difference.gross} gross, ${difference.discount} discount, ${difference.payable} payable`,
    ...Object.entries(counts).map(([kind, count]) => `  ${count} ${kind}`),
    ...(badLines > 0 ? [`  ${badLines} bad line(s)`] : []),
    `  ${atStake} at stake`,
    ...(carryOver.length > 0 ? [`  ${carryOver.length} awaited in the next day’s file`] : []),
    ...files.map(({ role, lines, sha256 }) => `  file ${role}: ${lines} line(s), sha256 ${sha256}`),
    `  report sha256 ${report.digest}`,
    ...report.files.map((file) => `  ${file}`),
  ];
}

function sum({ count, gross, discount, payable }: ReconciledSum): string {
  return `${count} sales, ${gross} gross, ${discount} discount, ${payable} payable`;
}

/** As a run by hand would have ended: a day that was never compared could not be. */
export function exitOf({ result }: Pick<DayRun, 'result'>): number {
  if (result?.kind !== 'reconciled') return EXIT.couldNotRun;
  return result.clean ? EXIT.done : EXIT.notAsWanted;
}

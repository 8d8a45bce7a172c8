import { markdownText } from '../../domain/harmless-text';
import { formatLocalTime, type LocalDay } from '../../domain/local-time';
import {
  NOT_RECONCILED_REASONS,
  type ReconciledDay,
  type ReconciledSum,
  type ReconciliationResult,
} from '../../domain/reconciliation/reconciliation';

/** A day that waits for its file, as Markdown for the Web UI. */
export function waitingStory(day: LocalDay, detail: string, nextLook: Date): string {
  return `**${day} waits for MobiFone’s file**: ${markdownText(detail)}\n\n**Next:** another look at ${formatLocalTime(nextLook)}.`;
}

/** A day that is finished, as Markdown for the Web UI: its result and the next step. */
export function reconciliationStory(result: ReconciliationResult): string {
  if (result.kind === 'reconciled') return reconciledStory(result);
  const { day, reason, detail } = result;
  return [
    `**${day} was not reconciled**: ${NOT_RECONCILED_REASONS[reason]} ${markdownText(detail)}`,
    '',
    `**Next:** the coming morning tries again, or \`npx datacode reconcile now ${day}\` at once.`,
  ].join('\n');
}

function reconciledStory(result: ReconciledDay): string {
  const { day, clean, ours, theirs, difference, counts, atStake, badLines, report } = result;
  return [
    `**${day}: ${clean ? 'clean' : 'not clean'}**`,
    '',
    '|  | sales | gross | discount | payable |',
    '| --- | --- | --- | --- | --- |',
    `| ours | ${row(ours)}`,
    `| MobiFone’s | ${row(theirs)}`,
    `| difference | ${row({ ...difference, count: ours.count - theirs.count })}`,
    '',
    ...Object.entries(counts).map(([kind, count]) => `- ${count} ${kind}`),
    ...(badLines > 0 ? [`- ${badLines} bad line(s) in the files`] : []),
    ...report.files.map((file) => `- report: \`${file}\``),
    '',
    clean
      ? '**Next:** nothing.'
      : `**Next:** ${atStake} VND at stake; each row of the report names its next step.`,
  ].join('\n');
}

function row({ count, gross, discount, payable }: ReconciledSum): string {
  return `${count} | ${gross} | ${discount} | ${payable} |`;
}

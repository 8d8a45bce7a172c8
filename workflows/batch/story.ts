import { ROW_RESULTS } from '../../domain/batch/batch';
import { BATCH_OBSTACLES } from '../../domain/batch/progress';
import type { BatchRecord } from '../../domain/batch/protocol';
import { markdownText } from '../../domain/harmless-text';
import { formatLocalTime } from '../../domain/local-time';

/** The batch as Markdown for the Web UI: whose, how far, what it waits for, what came of the rows. */
export function batchStory({ channel, batchId, progress }: BatchRecord): string {
  const { state, waitingFor, rows, results, money, startedAt, endedAt } = progress;
  return [
    `**${state}**${waitingFor ? ` – ${BATCH_OBSTACLES[waitingFor].en}` : ''}`,
    '',
    `Batch ${markdownText(batchId)} of ${channel}: ${rows - results.not_begun} of ${rows} rows have begun.`,
    '',
    ...ROW_RESULTS.filter((result) => results[result] > 0).map((result) => `- ${result}: ${results[result]}`),
    '',
    `Sold: ${money.faceValue} VND, discount ${money.discount} VND. To be refunded: ${money.refunded} VND.`,
    '',
    `Accepted ${formatLocalTime(new Date(startedAt))}${endedAt ? `, ended ${formatLocalTime(new Date(endedAt))}` : ''}.`,
    '',
    `Each row is an ordinary purchase: \`purchase:${channel}:<external id>\`.`,
  ].join('\n');
}

import type { Report } from '../../reconciliation/report';

/** What a person at the terminal is told of a report. */
export function inWords({ day, clean, totals, counts, files, tolerated }: Report): string {
  const bad = files.reduce((sum, { badLines }) => sum + badLines.length, 0);
  const { ours, theirs, difference } = totals;
  return [
    `${day}: ${clean ? 'clean' : 'not clean'}`,
    `  ours ${ours.count} sales, ${ours.gross} gross, ${ours.discount} discount, ${ours.payable} payable`,
    `  theirs ${theirs.count} sales, ${theirs.gross} gross, ${theirs.discount} discount, ${theirs.payable} payable`,
    `  difference ${difference.gross} gross, ${difference.discount} discount, ${difference.payable} payable`,
    ...Object.entries(counts).map(([kind, count]) => `  ${count} ${kind}`),
    ...(tolerated.count > 0
      ? [
          `  ${tolerated.count} let pass by the tolerance, which come to ${tolerated.gross} gross, ${tolerated.discount} discount, ${tolerated.payable} payable`,
        ]
      : []),
    ...(bad > 0 ? [`  ${bad} bad line(s)`] : []),
  ].join('\n');
}

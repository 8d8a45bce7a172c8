import type { BatchRecord } from '../domain/batch/protocol';

/** A batch that was ended from outside is cancelled, though nobody may have cancelled it. */
export function batchStateInWords({
  progress,
  isCutOff,
}: Pick<BatchRecord, 'progress' | 'isCutOff'>): string {
  return isCutOff ? `${progress.state}, ended from outside` : progress.state;
}

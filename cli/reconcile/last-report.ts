import { readFile } from 'node:fs/promises';
import { carriedOverFrom, ReportFault, type CarriedOver } from '../../reconciliation/carried-over';
import { callerPath } from '../terminal/caller-path';
import type { LocalDay } from '../../domain/local-time';

/**
 * What the last day's report hands to a run; nothing without a report.
 * @throws ReportFault that begins with the file's name
 */
export async function carriedOverIn(
  file: string | undefined,
  day: LocalDay,
  key: string | undefined,
): Promise<CarriedOver[]> {
  if (file === undefined) return [];
  const text = await readFile(callerPath(file), 'utf8').catch((fault: NodeJS.ErrnoException) => {
    throw new ReportFault(`${file}: cannot be read (${fault.code ?? fault.message}).`);
  });
  try {
    return carriedOverFrom(text, day, key);
  } catch (fault) {
    if (fault instanceof ReportFault) throw new ReportFault(`${file}: ${fault.message}`, { cause: fault });
    throw fault;
  }
}

import path from 'node:path';
import { replaceFile } from '../runtime/whole-file';
import type { Report } from './report';
import { reportCsv, reportJson } from './report-files';
import { sign } from '../runtime/report-signature';
import { statementHtml } from './statement';

/** As much of a digest as no two reports of a day share. */
const DIGEST_LENGTH = 16;

/**
 * Writes a report as JSON and CSV and its statement in both languages. The name holds the report's digest, so that
 * another comparison of the same day never takes the place of this one.
 * @param folder gets a folder for the day
 * @returns the files' paths
 * @throws FileNotWritten
 */
export async function keepReport(
  report: Report,
  folder: string,
  signingKey: string | undefined,
): Promise<string[]> {
  const name = sign(report, undefined).sha256.slice(0, DIGEST_LENGTH);
  const contents = {
    json: reportJson(report, signingKey),
    csv: reportCsv(report),
    'vi.html': statementHtml(report, 'vi', signingKey),
    'en.html': statementHtml(report, 'en', signingKey),
  };
  const ofTheDay = path.resolve(folder, report.day);
  return Promise.all(
    Object.entries(contents).map(([kind, content]) => kept(path.join(ofTheDay, `${name}.${kind}`), content)),
  );
}

async function kept(file: string, content: string): Promise<string> {
  await replaceFile(file, content);
  return file;
}

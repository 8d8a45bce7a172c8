import { randomBytes } from 'node:crypto';
import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Report } from './report';
import { reportCsv, reportJson } from './report-files';
import { sign } from './signature';
import { statementHtml } from './statement';

/** As much of a digest as no two reports of a day share. */
const DIGEST_LENGTH = 16;

/**
 * Writes a report as JSON and CSV and its statement in both languages. The name holds the report's digest, so that
 * another comparison of the same day never takes the place of this one.
 * @param folder gets a folder for the day
 * @returns the files' paths
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
  await mkdir(ofTheDay, { recursive: true });
  return Promise.all(
    Object.entries(contents).map(([kind, content]) =>
      writeWhole(path.join(ofTheDay, `${name}.${kind}`), content),
    ),
  );
}

/** Whole or not at all, so that nobody reads half a statement. */
async function writeWhole(file: string, content: string): Promise<string> {
  const unfinished = `${file}.${randomBytes(4).toString('hex')}`;
  await writeFile(unfinished, content, { flag: 'wx' });
  await rename(unfinished, file);
  return file;
}

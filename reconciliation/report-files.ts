import { existsSync } from 'node:fs';
import path from 'node:path';
import { badLinesCsv, breaksCsv, breaksCsvHead } from './report-csv';
import type { BadLine } from './bad-lines';
import type { FileRole, Report } from './report';
import { jsonText } from '../runtime/json-file';
import { sign } from '../runtime/report-signature';
import { replaceFile, type FileContent } from '../runtime/whole-file';
import { statementHtml } from './statement';
import { loadParties, type Parties } from './statement-parties';

/** The report and its signature, for machines. */
export function reportJson(report: Report, key: string | undefined): string {
  return jsonText({ report, signature: sign(report, key) });
}

/** One line a break of those that the report lists, for a spreadsheet. */
export function reportCsv(report: Report): string {
  return breaksCsvHead() + breaksCsv(report.breaks);
}

/** What a report does not list when there is too much of it. */
export interface Unlisted {
  /** All breaks as CSV. */
  csv: AsyncIterable<string>;
  files: readonly { role: FileRole; badLines: Iterable<BadLine> }[];
}

/** In the folder of the reports: the parties of every statement that is kept there. */
const PARTIES_FILE = 'parties.json';

/** As much of a digest as no two reports of a day share. */
const DIGEST_LENGTH = 16;

/**
 * Writes a report as JSON and CSV and its statement in both languages; the CSV has all breaks, and bad lines that the report
 * does not list are in a file of their own. The name holds the report's digest, so that another comparison of the same day
 * never takes the place of this one.
 * @param folder gets a folder for the day
 * @returns the files' paths
 * @throws FileNotWritten; UnusableFile when the file of the parties is
 */
export async function keepReport(
  report: Report,
  folder: string,
  signingKey: string | undefined,
  unlisted?: Unlisted,
): Promise<string[]> {
  const name = sign(report, undefined).sha256.slice(0, DIGEST_LENGTH);
  const parties = partiesIn(folder);
  const moreBadLines = report.files.some(({ badLines, badLineCount }) => badLineCount > badLines.length);
  const contents: Record<string, FileContent> = {
    json: reportJson(report, signingKey),
    csv: unlisted?.csv ?? reportCsv(report),
    'vi.html': statementHtml(report, 'vi', signingKey, { parties }),
    'en.html': statementHtml(report, 'en', signingKey, { parties }),
    ...(unlisted && moreBadLines ? { 'bad-lines.csv': badLinesCsv(unlisted.files) } : {}),
  };
  const ofTheDay = path.resolve(folder, report.day);
  return Promise.all(
    Object.entries(contents).map(([kind, content]) => kept(path.join(ofTheDay, `${name}.${kind}`), content)),
  );
}

/** Who signs the statements, where somebody has written it. */
function partiesIn(folder: string): Parties | undefined {
  const file = path.resolve(folder, PARTIES_FILE);
  return existsSync(file) ? loadParties(file) : undefined;
}

async function kept(file: string, content: FileContent): Promise<string> {
  await replaceFile(file, content);
  return file;
}

import { parse } from 'csv-parse/sync';
import { DatacodeProblem, type DatacodeClient } from '../../sdk/index';

/** Whoever sends a file again sends its first orders again. */
const SAMPLE_SIZE = 3;

/** Whether any of the first orders of a list was bought before: the gateway sells no order id twice. */
export async function wasBoughtBefore(client: DatacodeClient, csv: string): Promise<boolean> {
  const known = await Promise.all(firstOrderIds(csv).map((id) => isKnown(client, id)));
  return known.includes(true);
}

async function isKnown(client: DatacodeClient, externalId: string): Promise<boolean> {
  try {
    return (await client.find(externalId)) !== undefined;
  } catch (fault) {
    return fault instanceof DatacodeProblem && fault.code === 'purchase_erased'; // a warning is not worth a failed check
  }
}

/** @param csv a list that the gateway has found in order */
function firstOrderIds(csv: string): string[] {
  const records: unknown = parse(csv.replace(/^\uFEFF?"?sep=.*\r?\n/i, ''), {
    bom: true,
    columns: (names: string[]) => names.map((name) => name.toLowerCase()),
    delimiter: [',', ';', '\t'],
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    to: SAMPLE_SIZE,
    trim: true,
  });
  return (records as { externalid?: string }[]).flatMap(({ externalid }) => externalid ?? []); // by the names above
}

import { parse } from 'csv-parse/sync';
import { DatacodeProblem, type DatacodeClient } from '../../sdk/index';

/** Whoever sends a file again sends its first orders again. */
const SAMPLE_SIZE = 3;

interface SampleOrder {
  externalid?: string;
  msisdn?: string;
  package?: string;
}

/**
 * Whether any of the first orders of a list was bought before: the gateway sells no order id twice. Only whoever knows the
 * number and the package of an order is told that it is there.
 */
export async function wasBoughtBefore(client: DatacodeClient, csv: string): Promise<boolean> {
  const known = await Promise.all(firstOrders(csv).map((order) => isKnown(client, order)));
  return known.includes(true);
}

async function isKnown(client: DatacodeClient, { externalid = '', ...order }: SampleOrder): Promise<boolean> {
  try {
    const found = await client.find(externalid);
    return found?.package.code === order.package && lastDigits(found?.msisdn) === lastDigits(order.msisdn);
  } catch (fault) {
    return fault instanceof DatacodeProblem && fault.code === 'purchase_erased'; // a warning is not worth a failed check
  }
}

/** @param csv a list that the gateway has found in order */
function firstOrders(csv: string): SampleOrder[] {
  const records: unknown = parse(csv.replace(/^\uFEFF?"?sep=.*\r?\n/i, ''), {
    bom: true,
    columns: (names: string[]) => names.map((name) => name.toLowerCase()),
    delimiter: [',', ';', '\t'],
    relax_column_count: true,
    relax_quotes: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    to: SAMPLE_SIZE,
    trim: true,
  });
  return (records as Record<string, string>[]).map((record) => {
    const texts = Object.entries(record).map(([name, cell]) => [name, cell.replace(/^="(.*)"$/s, '$1')]);
    return Object.fromEntries(texts) as SampleOrder; // by the names above
  });
}

/** All that the gateway shows of a number. */
function lastDigits(number = ''): string {
  return number.replace(/\D/g, '').slice(-3);
}

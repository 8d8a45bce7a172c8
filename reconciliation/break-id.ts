import { createHash } from 'node:crypto';
import { base32 } from '../client/purchase-id';
import type { LocalDay } from '../domain/local-time';
import { compareText } from '../runtime/text-order';
import type { Finding } from './breaks';

/** 80 bits: no two breaks of a year share an id. */
const LENGTH = 16;

/** The id of a break, made of what it is about, so that every run that finds it names it alike. */
export function breakId(
  day: LocalDay,
  { kind, purchaseId, references }: Pick<Finding, 'kind' | 'purchaseId' | 'references'>,
): string {
  const about = [day, kind, purchaseId, ...references.toSorted(compareText)].join(' ');
  return `brk_${base32(createHash('sha256').update(about).digest()).slice(0, LENGTH)}`;
}

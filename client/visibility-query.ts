import type { SearchAttributeKey, SearchAttributeType } from '@temporalio/common/lib/search-attributes';
import { purchaseWorkflowIdsOf, type ChannelName } from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { CUT_OFF_QUERY, NOT_CUT_OFF_QUERY, PURCHASE_RUNS } from './run-status';

type Attribute = SearchAttributeKey<SearchAttributeType>;

/** `name = value` in Temporal's query language; text is quoted. */
export function equals({ name }: Attribute, value: string | number | boolean): string {
  return `${name} = ${typeof value === 'string' ? quoted(value) : String(value)}`;
}

/** One of these values; there must be at least one. */
export function anyOf({ name }: Attribute, values: readonly string[]): string {
  return `${name} IN (${values.map(quoted).join(', ')})`;
}

/** The value or a later one, in the order of their text, as days have it. */
export function atLeast({ name }: Attribute, value: string): string {
  return `${name} >= ${quoted(value)}`;
}

export function atMost({ name }: Attribute, value: string): string {
  return `${name} <= ${quoted(value)}`;
}

/** Workflow ids in one query. */
export const MAX_IDS_PER_QUERY = 100;

/** Items in groups that one query can name. */
export function batches<T>(items: readonly T[]): T[][] {
  const count = Math.ceil(items.length / MAX_IDS_PER_QUERY);
  return Array.from({ length: count }, (_, at) =>
    items.slice(at * MAX_IDS_PER_QUERY, (at + 1) * MAX_IDS_PER_QUERY),
  );
}

/** One of these workflows; there must be at least one. */
export function workflowIdIn(ids: readonly string[]): string {
  return `WorkflowId IN (${ids.map(quoted).join(', ')})`;
}

export function workflowIdBeginsWith(beginning: string): string {
  return `WorkflowId STARTS_WITH ${quoted(beginning)}`;
}

export function workflowIdBeginsOtherwise(beginning: string): string {
  return `WorkflowId NOT STARTS_WITH ${quoted(beginning)}`;
}

/** Prefix search on a keyword, such as a month on a day. */
export function startsWith({ name }: Attribute, beginning: string): string {
  return `${name} STARTS_WITH ${quoted(beginning)}`;
}

/** None of these values, or not set at all, which `NOT IN` does not match. */
export function noneOf({ name }: Attribute, values: readonly (string | number)[]): string {
  const listed = values.map((value) => (typeof value === 'string' ? quoted(value) : value)).join(', ');
  return `(${name} IS NULL OR ${name} NOT IN (${listed}))`;
}

const { name: NEEDED } = SEARCH_ATTRIBUTES.needsAttention;
/** Purchases that call for a person, or were ended from outside; the same rule as in `purchase-search`. */
export const NEEDS_ATTENTION = `(${NEEDED} = true OR ${CUT_OFF_QUERY})`;
export const NEEDS_NOBODY = `((${NEEDED} IS NULL OR ${NEEDED} = false) AND ${NOT_CUT_OFF_QUERY})`;

/**
 * The conditions combined, for the purchases of one channel only: by the workflow's id as well, which says whose purchase it
 * is. Anyone who can write to Temporal can claim any channel in the search attributes (I9).
 */
export function purchasesOf(channel: ChannelName, ...conditions: readonly string[]): string {
  const begins = `WorkflowId STARTS_WITH ${quoted(purchaseWorkflowIdsOf(channel))}`;
  const own = [PURCHASE_RUNS, equals(SEARCH_ATTRIBUTES.channel, channel), begins];
  return [...own, ...conditions].join(' AND ');
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`;
}

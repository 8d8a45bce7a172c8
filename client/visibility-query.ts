import type { SearchAttributeKey, SearchAttributeType } from '@temporalio/common/lib/search-attributes';
import type { ChannelName } from '../domain/identifiers';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { ENDED_FROM_OUTSIDE_QUERY, NOT_ENDED_FROM_OUTSIDE_QUERY, PURCHASE_RUNS } from './run-status';

type Attribute = SearchAttributeKey<SearchAttributeType>;

/** `name = value` in Temporal's query language; whatever the text holds, it stays a text. */
export function equals({ name }: Attribute, value: string | number | boolean): string {
  return `${name} = ${typeof value === 'string' ? quoted(value) : String(value)}`;
}

/** One of these, of which there must be one at least. */
export function anyOf({ name }: Attribute, values: readonly string[]): string {
  return `${name} IN (${values.map(quoted).join(', ')})`;
}

/** These workflows, of which there must be one at least. */
export function workflowIdIn(ids: readonly string[]): string {
  return `WorkflowId IN (${ids.map(quoted).join(', ')})`;
}

/** For keywords such as days, of which a month is the beginning. */
export function startsWith({ name }: Attribute, beginning: string): string {
  return `${name} STARTS_WITH ${quoted(beginning)}`;
}

/** Other than all of these, or not set at all, which the query language does not take for "other". */
export function noneOf({ name }: Attribute, values: readonly number[]): string {
  return `(${name} IS NULL OR ${name} NOT IN (${values.join(', ')}))`;
}

const { name: NEEDED } = SEARCH_ATTRIBUTES.needsAttention;
/** What the workflow calls a person for, and what was ended from outside before it could; as `visibility-pages` tells. */
export const NEEDS_ATTENTION = `(${NEEDED} = true OR ${ENDED_FROM_OUTSIDE_QUERY})`;
export const NEEDS_NOBODY = `((${NEEDED} IS NULL OR ${NEEDED} = false) AND ${NOT_ENDED_FROM_OUTSIDE_QUERY})`;

/** The conditions together, for a channel's purchases only: no other workflow, and nobody else's, ever matches. */
export function purchasesOf(channel: ChannelName, ...conditions: readonly string[]): string {
  const own = [PURCHASE_RUNS, equals(SEARCH_ATTRIBUTES.channel, channel)];
  return [...own, ...conditions].join(' AND ');
}

function quoted(text: string): string {
  return `'${text.replace(/\\/g, '\\\\').replace(/'/g, "''")}'`;
}

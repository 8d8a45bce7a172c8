import { createHash } from 'node:crypto';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

/** The address, at the Web UI, of the page that adds an operator's columns to its lists. */
export const COLUMNS_PATH = '/datacode/columns';

const { purchaseState, attentionReason, attentionSince, channel, packageCode, faceValue } = SEARCH_ATTRIBUTES;
/** What an operator reads of a purchase in a list; the rest is on its page. */
export const COLUMNS: readonly string[] = [
  'Status',
  ...[attentionReason, attentionSince, purchaseState].map(({ name }) => name),
  'Workflow ID',
  ...[channel, packageCode, faceValue].map(({ name }) => name),
  'Start',
  'End',
];

/** Where the Web UI keeps the columns, in the browser: by namespace. It has no address of its own that sets them. */
const KEPT_UNDER = 'namespace-workflow-table-columns';

const SCRIPT = `
const namespace = new URLSearchParams(location.search).get('namespace') || 'default';
const kept = JSON.parse(localStorage.getItem('${KEPT_UNDER}') || '{}');
kept[namespace] = ${JSON.stringify(COLUMNS.map((label) => ({ label })))};
localStorage.setItem('${KEPT_UNDER}', JSON.stringify(kept));
location.replace('/namespaces/' + encodeURIComponent(namespace) + '/workflows');
`;

/** The page, and the policy under which its one script runs. */
export const COLUMNS_PAGE = {
  html: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Columns</title><script>${SCRIPT}</script></html>`,
  policy: `default-src 'none'; script-src 'sha256-${createHash('sha256').update(SCRIPT).digest('base64')}'`,
} as const;

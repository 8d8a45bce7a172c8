import { parsedJson } from '../../runtime/json-file';

/**
 * What the Web UI is not to offer: each ends or begins a purchase otherwise than by its own code, in nobody's name, by one
 * click. Resetting, pausing and updating stay: they are safe, and runbooks use them. The compose file sets the same.
 */
const OFF = {
  WorkflowTerminateDisabled: true,
  WorkflowCancelDisabled: true,
  StartWorkflowDisabled: true,
  BatchActionsDisabled: true,
} as const;

const SETTINGS = '/api/v1/settings';
/** The same, for whoever calls the Web UI's API without its pages; the `temporal` command still does all of it. */
const REFUSED = [
  /^\/api\/v1\/namespaces\/[^/]+\/workflows\/[^/]+\/(terminate|cancel)$/,
  /^\/api\/v1\/namespaces\/[^/]+\/workflows\/[^/]+$/,
  /^\/api\/v1\/namespaces\/[^/]+\/batch-operations\/[^/]+$/,
];

export function isUiSettings(method: string | undefined, url: string | undefined): boolean {
  return method === 'GET' && pathOf(url) === SETTINGS;
}

/** The settings that the Web UI reads first, without what it is not to offer; as they are when they cannot be read. */
export function limitedSettings(text: string): string {
  const settings = parsedJson(text);
  return typeof settings === 'object' && settings !== null ? JSON.stringify({ ...settings, ...OFF }) : text;
}

/** Whether a request ends or begins a workflow. */
export function isRefusedOfUi(method: string | undefined, url: string | undefined): boolean {
  return method === 'POST' && REFUSED.some((pattern) => pattern.test(pathOf(url)));
}

function pathOf(url = ''): string {
  return url.split('?')[0] ?? '';
}

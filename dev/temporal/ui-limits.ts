import { BLOCKS_WORKFLOW_ID } from '../../domain/blocks';
import { CONTROL_WORKFLOW_ID } from '../../domain/control';
import { DELIVER_NOW_SIGNAL } from '../../domain/notice/protocol';
import { parsedJson } from '../../runtime/json-file';

/**
 * What the Web UI is not to offer: each ends or begins a purchase otherwise than by its own code, in nobody's name, by one
 * click. Resetting, pausing, updating and an activity's options stay: runbooks use them. The compose file sets the same.
 */
const OFF = {
  WorkflowTerminateDisabled: true,
  WorkflowCancelDisabled: true,
  StartWorkflowDisabled: true,
  BatchActionsDisabled: true,
} as const;

const SETTINGS = '/api/v1/settings';
const NAMESPACE = '^/api/v1/namespaces/[^/]+';
/**
 * What may be changed through the Web UI's API, also by whoever calls it without its pages. It passes on all of Temporal's
 * API, which begins and ends workflows in more ways than the pages have buttons for (a schedule, a signal with a start, an
 * activity that is completed by hand); the `temporal` command still does all of it. An update says who decides and why, and its
 * workflow refuses one that does not; a signal cannot, so only that which does no harm is passed on.
 */
const ALLOWED = [
  new RegExp(
    `${NAMESPACE}/workflows/[^/]+/(reset|pause|unpause|signal/${DELIVER_NOW_SIGNAL}|(query|update)/[^/]+)$`,
  ),
  new RegExp(
    `${NAMESPACE}/((workflows/[^/]+/)?activities/[^/]+|activities-deprecated)/(pause|unpause|reset|update-options)$`,
  ),
];
/** What is paused and blocked is in these, and goes with a reset, of which nobody would be told. */
const NOT_RESET: ReadonlySet<string> = new Set([CONTROL_WORKFLOW_ID, BLOCKS_WORKFLOW_ID]);
const RESET = new RegExp(`${NAMESPACE}/workflows/([^/]+)/reset$`);
/** Temporal's own workflows, such as that which says whose workers take new purchases: their updates ask for no who and no why. */
const OF_TEMPORAL = 'temporal-sys-';
const WORKFLOW = new RegExp(`${NAMESPACE}/workflows/([^/]+)/`);
/** What the pages send with a reset. Temporal takes more with it, such as other options of the workflow. */
const OF_A_RESET: ReadonlySet<string> = new Set([
  'namespace',
  'workflowExecution',
  'reason',
  'workflowTaskFinishEventId',
  'requestId',
  'resetReapplyType',
  'resetReapplyExcludeTypes',
  'identity',
]);
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function isUiSettings(method: string | undefined, url: string | undefined): boolean {
  return method === 'GET' && pathOf(url) === SETTINGS;
}

/** The settings that the Web UI reads first, without what it is not to offer; as they are when they cannot be read. */
export function limitedSettings(text: string): string {
  const settings = parsedJson(text);
  return typeof settings === 'object' && settings !== null ? JSON.stringify({ ...settings, ...OFF }) : text;
}

/** Whether a request changes what is not changed through the Web UI. */
export function isRefusedOfUi(method = '', url: string | undefined): boolean {
  const path = pathOf(url);
  if (READING.has(method)) return false;
  return hasDotSegment(path) || isKept(path) || !ALLOWED.some((pattern) => pattern.test(path));
}

/** Whether a request must be judged by its body as well. */
export function isReset(method: string | undefined, url: string | undefined): boolean {
  return !READING.has(method ?? '') && RESET.test(pathOf(url));
}

/** Whether a reset does more than the Web UI's pages ask for; one without a body does nothing. */
export function isMoreThanReset(body: string): boolean {
  if (body === '') return false;
  const asked = parsedJson(body);
  if (typeof asked !== 'object' || asked === null) return true;
  return Object.keys(asked).some((name) => !OF_A_RESET.has(name));
}

function isKept(path: string): boolean {
  return NOT_RESET.has(idIn(RESET, path)) || idIn(WORKFLOW, path).startsWith(OF_TEMPORAL);
}

/** The Web UI decodes an id more than once. */
function idIn(pattern: RegExp, path: string): string {
  let [, id = ''] = pattern.exec(path) ?? [];
  for (let decoded = decodedOnce(id); decoded !== id; decoded = decodedOnce(id)) id = decoded;
  return id;
}

function decodedOnce(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // it has a percent sign of its own
  }
}

/** The Web UI resolves these after the door has judged the path; no browser sends them. */
function hasDotSegment(path: string): boolean {
  try {
    return decodeURIComponent(path)
      .split(/[\\/]/)
      .some((segment) => segment === '.' || segment === '..');
  } catch {
    return true; // it is not known what the Web UI makes of it
  }
}

function pathOf(url = ''): string {
  return url.split(/[?#]/)[0] ?? '';
}

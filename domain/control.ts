import { actFault, attributionFault, sinceFault, type ActOfRequest } from './act-of-request';
import { LONGEST_TRAIL, type DecidedList } from './decided-list';
import { CHANNEL_NAME_PATTERN, type ChannelName } from './identifiers';
import { PACKAGE_CODE_PATTERN, type PackageCode } from './catalogue/packages';
import { momentOf } from './local-time';
import { withoutNumbers } from './telephone-numbers';

/**
 * The names by which the world talks to the control workflow. They are written into its history: renaming one breaks
 * the one that runs.
 */
export const CONTROL_WORKFLOW = 'control';
/** There is one in a namespace. */
export const CONTROL_WORKFLOW_ID = 'control';
export const PAUSE_UPDATE = 'pause';
export const RESUME_UPDATE = 'resume';
export const PAUSES_QUERY = 'pauses';
/** The memo's field that holds the `ControlState`, so that it can be read without a worker. */
export const CONTROL_MEMO = 'control';
/** The failure type with which a pause or resumption is refused. */
export const CONTROL_REFUSED = 'ControlRefused';

/** What is not sold: anything, anything through one channel, or one package. */
export type PauseScope =
  { kind: 'all' } | { kind: 'channel'; channel: ChannelName } | { kind: 'package'; package: PackageCode };

/** Sales that were stopped on purpose; purchases that were accepted before go on. */
export interface Pause {
  scope: PauseScope;
  by: string;
  why: string;
  /** ISO 8601, UTC. */
  since: string;
  /** ISO 8601, UTC: when it ends by itself; absent when a person must resume. */
  until?: string;
}

export interface PauseRequest extends ActOfRequest {
  scope: PauseScope;
  by: string;
  why: string;
  until?: string;
}

export interface ResumeRequest extends ActOfRequest {
  scope: PauseScope;
  by: string;
  why: string;
}

/** One line of the audit trail; `expired` is what the clock did. */
export interface ControlAct {
  act: 'paused' | 'resumed' | 'expired';
  scope: PauseScope;
  by: string;
  why: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** All that the control workflow keeps, and hands to its next run. */
export interface ControlState extends DecidedList {
  pauses: readonly Pause[];
  trail: readonly ControlAct[];
}

export const NOTHING_PAUSED: ControlState = { pauses: [], trail: [] };
/** More pauses at once than anybody can oversee are a slip. */
export const MOST_PAUSES = 100;
const LONGEST_TOLD_SCOPE = 100;

/** A scope in one word, as the command takes it: `all`, `channel demo`, `package D90`. */
export function scopeInWords(scope: PauseScope): string {
  switch (scope.kind) {
    case 'all':
      return 'all';
    case 'channel':
      return `channel ${scope.channel}`;
    case 'package':
      return `package ${scope.package}`;
  }
}

export function isSameScope(one: PauseScope, other: PauseScope): boolean {
  return scopeInWords(one) === scopeInWords(other);
}

/** A scope as it was typed, for a refusal, which is stored in clear: short enough, and without a subscriber's number. */
function toldScope(scope: PauseScope): string {
  return withoutNumbers(scopeInWords(scope)).slice(0, LONGEST_TOLD_SCOPE);
}

/** The state with an act done, and written down. */
export function withAct(state: ControlState, pauses: readonly Pause[], act: ControlAct): ControlState {
  return { pauses, trail: [...state.trail, act].slice(-LONGEST_TRAIL) };
}

/** Why something cannot be paused so, in words; nothing when it can. */
export function pauseFault(pauses: readonly Pause[], request: PauseRequest, now: Date): string | undefined {
  const fault = requestFault(request, PAUSE_UPDATE);
  if (fault) return fault;
  const { scope, until } = request;
  if (!isNamedWell(scope)) return SCOPES;
  if (until !== undefined && !(typeof until === 'string' && isToCome(until, now))) {
    return `"until" must be a moment to come, such as 2030-01-31T08:00:00+07:00, not ${withoutNumbers(JSON.stringify(until)).slice(0, 50)}`;
  }
  const standing = pauses.find((pause) => isSameScope(pause.scope, scope));
  if (standing) {
    return `${toldScope(scope)} is paused already, since ${standing.since} by ${standing.by}: ${standing.why}`;
  }
  return pauses.length < MOST_PAUSES ? undefined : `${MOST_PAUSES} pauses stand already; resume some first`;
}

/** Whatever a program takes for a moment, such as a lone year, is none that a person would read so. */
function isToCome(until: string, now: Date): boolean {
  const at = momentOf(until);
  return at !== undefined && at > now;
}

/** Why something cannot be resumed, in words; nothing when it can. */
export function resumeFault(pauses: readonly Pause[], request: ResumeRequest): string | undefined {
  const fault = requestFault(request, RESUME_UPDATE);
  if (fault) return fault;
  const ended = pauses.find((pause) => isSameScope(pause.scope, request.scope));
  if (ended) return sinceFault(toldScope(request.scope), ended, request);
  const standing = pauses.map(({ scope }) => toldScope(scope));
  return (
    `${toldScope(request.scope)} is not paused; ` +
    (standing.length > 0 ? `paused: ${standing.join(', ')}` : 'nothing is')
  );
}

/** The first pause that a sale falls under at a moment, the widest first; nothing when it may be sold. */
export function pauseOf(
  pauses: readonly Pause[],
  sale: { channel: ChannelName; package: PackageCode },
  at: Date,
): Pause | undefined {
  const standing = pauses.filter(({ until }) => until === undefined || Date.parse(until) > at.getTime());
  return (
    standing.find(({ scope }) => scope.kind === 'all') ??
    standing.find(({ scope }) => scope.kind === 'channel' && scope.channel === sale.channel) ??
    standing.find(({ scope }) => scope.kind === 'package' && scope.package === sale.package)
  );
}

/** Requests come from the Web UI as well, where JSON is typed by hand. */
function requestFault(request: ResumeRequest, update: string): string | undefined {
  if (typeof request !== 'object' || request === null) return 'the input must be a JSON object';
  const fault = attributionFault(request);
  if (fault) return fault;
  return isScope(request.scope) ? actFault(request, update) : SCOPES;
}

const SCOPES =
  '"scope" must be {"kind":"all"}, {"kind":"channel","channel":"…"} or {"kind":"package","package":"…"}, with the name of a channel or the code of a package';

/** Whether a channel or a package can be called so. What was paused before this was asked is resumed under any name. */
function isNamedWell(scope: PauseScope): boolean {
  if (scope.kind === 'channel') return CHANNEL_NAME_PATTERN.test(scope.channel);
  return scope.kind === 'all' || PACKAGE_CODE_PATTERN.test(scope.package);
}

/** A scope is stored as it is entered, so it has nothing else in it. */
function isScope(scope: unknown): scope is PauseScope {
  if (typeof scope !== 'object' || scope === null) return false;
  const { kind, ...named } = scope as Partial<Record<string, unknown>>; // looked at field by field
  const names = Object.entries(named);
  if (kind === 'all') return names.length === 0;
  const [name, value] = names[0] ?? [];
  const isKnown = kind === 'channel' || kind === 'package';
  return isKnown && names.length === 1 && name === kind && typeof value === 'string' && value !== '';
}

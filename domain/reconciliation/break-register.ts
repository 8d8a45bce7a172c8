import type { LocalDay } from '../local-time';
import type { WebhookPolicy } from '../notice/webhook-policy';
import type { OfRun } from '../own-result';
import type { MarkedRequest } from '../request-mark';
import type { BreakKind } from './breaks';

/** The workflow that keeps a day's breaks, and its query, signals and update; written into histories, so never renamed. */
export const DAY_BREAKS_WORKFLOW = 'dayBreaks';
export const DAY_BREAKS_QUERY = 'breaks';
export const OBSERVE_BREAKS_SIGNAL = 'observe';
export const ACCOUNT_FOR_SIGNAL = 'accountFor';
export const ACT_ON_BREAK_UPDATE = 'act';
/** The memo key of how many breaks are open since when, for the metrics. */
export const OPEN_BREAKS_MEMO = 'openBreaks';

/** The one register of a day. */
export function dayBreaksWorkflowId(day: LocalDay): string {
  return `breaks:${day}`;
}

/** More breaks of one day are one event, such as a file that was sent twice: the largest are kept by name. */
export const MOST_BREAKS_KEPT = 500;

/** A break as a comparison found it; no personal data. */
export interface FoundBreak {
  id: string;
  kind: BreakKind;
  purchaseId: string;
  /** Whole đồng. */
  atStake: number;
  detail: string;
  references: readonly string[];
  /** A case about the purchase that is over, and its state. */
  settledBy?: string;
}

/** What a register is told, and when: whoever can write to Temporal can send what is stored once more. */
interface Told {
  /** ISO 8601, UTC; versions before this field did not say it. */
  toldAt?: string;
}

/** Another day's file has a sale of the day. */
export interface SettledElsewhere extends Told {
  purchaseId: string;
  how: string;
}

/** What one comparison of the day found. */
export interface BreakObservation extends Told {
  day: LocalDay;
  /** The report's digest. */
  digest: string;
  /** The files that were compared, as evidence: names and digests. */
  files: string;
  breaks: readonly FoundBreak[];
  /** What is not kept by name. */
  more: { count: number; atStake: number };
}

/** Something that happened to a break. */
export interface BreakHappening {
  /** ISO 8601, UTC. */
  at: string;
  /** In words without personal data. */
  what: string;
  by?: string;
  /** What a person only said; registers from before this field do not tell it from what was done. */
  isComment?: true;
}

export interface RegisteredBreak extends FoundBreak {
  day: LocalDay;
  /** When it was found first; ISO 8601, UTC. Its age counts from here. */
  foundAt: string;
  owner: string | null;
  /** By which evidence it was closed; null while it is open. */
  closedBy: 'files' | 'case' | 'person' | null;
  log: readonly BreakHappening[];
}

/** A day's register: the workflow's state and its result. */
export interface DayBreaks extends OfRun {
  day: LocalDay;
  breaks: readonly RegisteredBreak[];
  more: BreakObservation['more'];
  digest: string;
  /** When the comparison that was taken last was told; absent while none has said it. */
  toldAt?: string;
  /** The settlements that were taken since that comparison; each counts once. */
  settlements?: readonly string[];
}

/** What a person does about a break; who and why stay in the history. */
export type BreakAct = MarkedRequest & { id: string; by: string } & (
    | { act: 'assign'; owner: string }
    | { act: 'comment'; text: string }
    | { act: 'close'; why: string }
    | { act: 'reopen'; why: string }
  );

/** When operations are told of open breaks. */
export interface BreakPolicy {
  alertAfterMs: number;
  /** Whole đồng. */
  alertAmount: number;
  webhooks?: WebhookPolicy;
}

export function emptyRegister(day: LocalDay): DayBreaks {
  return { day, breaks: [], more: { count: 0, atStake: 0 }, digest: '' };
}

/** Whether this was told before the comparison that was taken last, or by a version that does not say it. */
export function isTooLate({ toldAt: latest }: DayBreaks, { toldAt }: Told): boolean {
  return latest !== undefined && (toldAt === undefined || toldAt < latest);
}

/** Whoever told it may have a clock that is ahead: later comparisons must not be too late by that. */
function notBeyond({ toldAt }: Told, at: string): Told {
  if (toldAt === undefined) return {};
  return { toldAt: toldAt < at ? toldAt : at };
}

/**
 * The register after a comparison: new breaks are added; one that is no longer found is closed by the files, one whose
 * case is over by the case; one that the files had closed and that is found again is open again. What a person closed
 * stays closed. Where there were too many to name, one that is not named may still be there.
 */
export function observed(register: DayBreaks, seen: BreakObservation, at: string): DayBreaks {
  const found = new Map(seen.breaks.map((one) => [one.id, one]));
  const known = new Set(register.breaks.map(({ id }) => id));
  const before = register.breaks.map((kept) => {
    const now = found.get(kept.id);
    const current = now ? { ...kept, ...now } : kept;
    if (!now && kept.closedBy === null && seen.more.count === 0)
      return closed(current, 'files', at, `no longer found: ${seen.files}`);
    if (now && kept.closedBy === 'files') {
      return settled({ ...logged(current, at, `found again: ${seen.files}`), closedBy: null }, at);
    }
    return settled(current, at);
  });
  const added = seen.breaks
    .filter(({ id }) => !known.has(id))
    .map((one) =>
      settled(
        {
          ...one,
          day: seen.day,
          foundAt: at,
          owner: null,
          closedBy: null,
          log: [{ at, what: `found: ${seen.files}` }],
        },
        at,
      ),
    );
  const { more, digest } = seen;
  const { day, runId } = register;
  const breaks = [...before, ...added];
  return { day, breaks, more, digest, ...notBeyond(seen, at), ...(runId === undefined ? {} : { runId }) };
}

/** The register after another day's file was found to have the sale; the same when this settlement was taken before. */
export function accountedFor(
  register: DayBreaks,
  { purchaseId, how, toldAt }: SettledElsewhere,
  at: string,
): DayBreaks {
  const { settlements = [] } = register;
  const settlement = `${purchaseId} ${toldAt ?? ''}`;
  if (toldAt !== undefined && settlements.includes(settlement)) return register;
  const settles = ({ purchaseId: id, kind }: RegisteredBreak) =>
    id === purchaseId && SETTLED_ELSEWHERE.has(kind);
  const breaks = register.breaks.map((one) =>
    one.closedBy === null && settles(one) ? closed(one, 'files', at, how) : one,
  );
  return { ...register, breaks, settlements: [...settlements, settlement] };
}

/** What another day's line settles: what this day misses, or has too much until it is given back. */
const SETTLED_ELSEWHERE: ReadonlySet<BreakKind> = new Set([
  'missing_there',
  'registered_never_charged',
  'state_differs',
  'refund_noticed_yet_charged',
]);

/** Why an act cannot be done; nothing when it can. */
export function objectionTo(register: DayBreaks, { id, act }: BreakAct): string | undefined {
  const one = register.breaks.find((kept) => kept.id === id);
  if (!one) return `${register.day} has no break ${id}`;
  if (act === 'close' && one.closedBy !== null) return `${id} is closed already, by ${one.closedBy}`;
  if (act === 'reopen' && one.closedBy === null) return `${id} is open`;
  return undefined;
}

/** The register after a person's act, which `objectionTo` has nothing against. */
export function acted(register: DayBreaks, act: BreakAct, at: string): DayBreaks {
  const breaks = register.breaks.map((one) => (one.id === act.id ? afterAct(one, act, at) : one));
  return { ...register, breaks };
}

function afterAct(one: RegisteredBreak, act: BreakAct, at: string): RegisteredBreak {
  switch (act.act) {
    case 'assign':
      return { ...logged(one, at, `given to ${act.owner}`, act.by), owner: act.owner };
    case 'comment':
      return { ...one, log: [...one.log, { at, what: act.text, by: act.by, isComment: true }] };
    case 'close':
      return { ...logged(one, at, `closed: ${act.why}`, act.by), closedBy: 'person' };
    case 'reopen':
      return { ...logged(one, at, `opened again: ${act.why}`, act.by), closedBy: null };
  }
}

export function openBreaks({ breaks }: DayBreaks): RegisteredBreak[] {
  return breaks.filter(({ closedBy }) => closedBy === null);
}

/** Open breaks by when they were found, for the metrics: small, whatever their number. */
export interface OpenSince {
  foundAt: string;
  count: number;
  atStake: number;
}

export function openSince(register: DayBreaks): OpenSince[] {
  const groups = new Map<string, OpenSince>();
  for (const { foundAt, atStake } of openBreaks(register)) {
    const group = groups.get(foundAt) ?? { foundAt, count: 0, atStake: 0 };
    groups.set(foundAt, { foundAt, count: group.count + 1, atStake: group.atStake + atStake });
  }
  return [...groups.values()];
}

function settled(one: RegisteredBreak, at: string): RegisteredBreak {
  return one.settledBy !== undefined && one.closedBy === null ? closed(one, 'case', at, one.settledBy) : one;
}

function closed(
  one: RegisteredBreak,
  closedBy: NonNullable<RegisteredBreak['closedBy']>,
  at: string,
  how: string,
): RegisteredBreak {
  return { ...logged(one, at, `closed: ${how}`), closedBy };
}

function logged(one: RegisteredBreak, at: string, what: string, by?: string): RegisteredBreak {
  return { ...one, log: [...one.log, { at, what, ...(by === undefined ? {} : { by }) }] };
}

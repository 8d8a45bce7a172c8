import type {
  BreakAct,
  BreakObservation,
  SettledElsewhere,
} from '../../domain/reconciliation/break-register';
import { isBlank } from '../../domain/harmless-text';

/** What arrives from outside is looked at before it is used: no input may fail a workflow task (I17). */
export function isObservation(input: unknown): input is BreakObservation {
  if (!isRecord(input) || !isRecord(input['more'])) return false;
  const { day, digest, files, breaks, toldAt } = input;
  return (
    [day, digest, files, toldAt ?? 'unsaid'].every(isText) && Array.isArray(breaks) && breaks.every(isFound)
  );
}

export function isSettlement(input: unknown): input is SettledElsewhere {
  return isRecord(input) && [input['purchaseId'], input['how'], input['toldAt'] ?? 'unsaid'].every(isText);
}

/** The text that each act needs. */
const NEEDED: Readonly<Record<BreakAct['act'], string>> = {
  assign: 'owner',
  comment: 'text',
  close: 'why',
  reopen: 'why',
};

/** More than any name, reason or comment needs; all are handed on to the next run in one input. */
const MAX_TEXT_LENGTH = 1_000;

/** Which text of an act is longer than a register keeps, in words; nothing when none is. */
export function lengthFault(act: BreakAct): string | undefined {
  const texts: Partial<Record<string, unknown>> = act; // by the name of its field
  const long = ['by', NEEDED[act.act]].find((field) => String(texts[field]).length > MAX_TEXT_LENGTH);
  return long === undefined ? undefined : `"${long}" may have ${MAX_TEXT_LENGTH} characters`;
}

export function isAct(input: unknown): input is BreakAct {
  if (!isRecord(input)) return false;
  const needed = new Map<unknown, string>(Object.entries(NEEDED)).get(input['act']);
  return needed !== undefined && [input['id'], input['by'], input[needed]].every(isText);
}

function isFound(input: unknown): boolean {
  return (
    isRecord(input) &&
    [input['id'], input['kind'], input['purchaseId']].every(isText) &&
    typeof input['atStake'] === 'number'
  );
}

function isRecord(input: unknown): input is Record<string, unknown> {
  return typeof input === 'object' && input !== null;
}

function isText(input: unknown): boolean {
  return typeof input === 'string' && !isBlank(input);
}

import type { BreakAct, BreakObservation } from '../../domain/reconciliation/break-register';
import { isBlank } from '../../domain/harmless-text';

/** What arrives from outside is looked at before it is used: no input may fail a workflow task (I17). */
export function isObservation(input: unknown): input is BreakObservation {
  if (!isRecord(input) || !isRecord(input['more'])) return false;
  const { day, digest, files, breaks } = input;
  return [day, digest, files].every(isText) && Array.isArray(breaks) && breaks.every(isFound);
}

export function isSettlement(input: unknown): input is { purchaseId: string; how: string } {
  return isRecord(input) && isText(input['purchaseId']) && isText(input['how']);
}

/** The text that each act needs. */
const NEEDED: Readonly<Record<BreakAct['act'], string>> = {
  assign: 'owner',
  comment: 'text',
  close: 'why',
  reopen: 'why',
};

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

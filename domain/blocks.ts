import { actFault, attributionFault, sinceFault, type ActOfRequest } from './act-of-request';
import { LONGEST_TRAIL, type DecidedList } from './decided-list';
import { msisdn as storedMsisdn, maskMsisdn, type Msisdn } from './msisdn';

/** The names by which the world talks to the workflow of blocked numbers; written into its history, so never renamed. */
export const BLOCKS_WORKFLOW = 'blocks';
/** There is one in a namespace. */
export const BLOCKS_WORKFLOW_ID = 'blocks';
export const BLOCK_UPDATE = 'block';
export const UNBLOCK_UPDATE = 'unblock';
export const BLOCKS_QUERY = 'blocks';
/** The memo's field that holds the `BlocksState`, so that it can be read without a worker. */
export const BLOCKS_MEMO = 'blocks';
/** The failure type with which a change is refused. */
export const BLOCK_REFUSED = 'BlockRefused';

/** A number that nothing is sold to, through any channel; purchases that were accepted before go on. */
export interface Block {
  msisdn: Msisdn;
  by: string;
  why: string;
  /** ISO 8601, UTC. */
  since: string;
}

export interface BlockRequest extends ActOfRequest {
  msisdn: Msisdn;
  by: string;
  why: string;
}

/** One line of the audit trail. */
export interface BlockAct {
  act: 'blocked' | 'unblocked';
  msisdn: Msisdn;
  by: string;
  why: string;
  /** ISO 8601, UTC. */
  at: string;
}

/** All that the workflow keeps, and hands to its next run. */
export interface BlocksState extends DecidedList {
  blocks: readonly Block[];
  trail: readonly BlockAct[];
}

export const NOTHING_BLOCKED: BlocksState = { blocks: [], trail: [] };
/** All are in one memo, of which Temporal takes two megabytes. */
export const MOST_BLOCKS = 2_000;

/** The state with an act done, and written down. */
export function withBlockAct(state: BlocksState, blocks: readonly Block[], act: BlockAct): BlocksState {
  return { blocks, trail: [...state.trail, act].slice(-LONGEST_TRAIL) };
}

/** Why a number cannot be blocked, in words without the number; nothing when it can. */
export function blockFault(blocks: readonly Block[], request: BlockRequest): string | undefined {
  const fault = requestFault(request, BLOCK_UPDATE);
  if (fault) return fault;
  const standing = blocks.find(({ msisdn }) => msisdn === request.msisdn);
  if (standing) {
    return `${maskMsisdn(request.msisdn)} is blocked already, since ${standing.since} by ${standing.by}: ${standing.why}`;
  }
  return blocks.length < MOST_BLOCKS
    ? undefined
    : `${MOST_BLOCKS} numbers are blocked already; remove some first`;
}

/** Why a block cannot be removed, in words without the number; nothing when it can. */
export function unblockFault(blocks: readonly Block[], request: BlockRequest): string | undefined {
  const fault = requestFault(request, UNBLOCK_UPDATE);
  if (fault) return fault;
  const standing = blocks.find(({ msisdn }) => msisdn === request.msisdn);
  if (standing) return sinceFault(maskMsisdn(request.msisdn), standing, request);
  return `${maskMsisdn(request.msisdn)} is not blocked`;
}

/** Requests come from the Web UI as well, where JSON is typed by hand. */
function requestFault(request: BlockRequest, update: string): string | undefined {
  if (typeof request !== 'object' || request === null) return 'the input must be a JSON object';
  const fault = attributionFault(request);
  if (fault) return fault;
  return isMsisdn(request.msisdn)
    ? actFault(request, update)
    : '"msisdn" must be 84 and nine digits, such as "84901234567"';
}

function isMsisdn(value: unknown): value is Msisdn {
  try {
    return typeof value === 'string' && storedMsisdn(value) === value;
  } catch {
    return false;
  }
}

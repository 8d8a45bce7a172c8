import type { Client } from '@temporalio/client';
import {
  BLOCK_UPDATE,
  blockFault,
  BLOCKS_MEMO,
  BLOCKS_WORKFLOW,
  BLOCKS_WORKFLOW_ID,
  NOTHING_BLOCKED,
  UNBLOCK_UPDATE,
  unblockFault,
  type BlockRequest,
  type BlocksState,
} from '../domain/blocks';
import type { Msisdn } from '../domain/msisdn';
import { faultyField } from '../domain/purchase/order-fields';
import { CurrentState, TAKES_EFFECT_MS } from './current-state';
import { DecidedState, sinceOf, type ActResult, type DecidedStateWorkflow } from './decided-state';

/** Result of blocking or unblocking. */
export type BlockResult = ActResult<BlocksState>;

/** The numbers that nothing is sold to. */
export interface CurrentBlocks {
  /** @throws TemporalUnavailable if it is unknown; then nothing may be sold */
  has(msisdn: Msisdn): Promise<boolean>;
}

export const BLOCK_TAKES_EFFECT_MS = TAKES_EFFECT_MS;

/** Blocks and unblocks numbers through the workflow of blocked numbers, which the first block starts. */
export class Blocks {
  private readonly decided: DecidedState<BlocksState>;

  constructor(client: Client, taskQueue: string) {
    this.decided = new DecidedState(client, taskQueue, BLOCKS);
  }

  /**
   * The list, and the latest changes.
   * @throws TemporalUnavailable; DecisionsUnreadable if the memo is not the workflow's: then nothing may be sold
   */
  read(): Promise<BlocksState> {
    return this.decided.read();
  }

  /** @throws TemporalUnavailable if it is unknown whether the number is blocked; a worker may be missing */
  block(request: BlockRequest): Promise<BlockResult> {
    return this.decided.act(
      BLOCK_UPDATE,
      () => request,
      ({ blocks }) => blockFault(blocks, request),
    );
  }

  /** @throws TemporalUnavailable if it is unknown whether the number can be sold to; a worker may be missing */
  unblock(request: BlockRequest): Promise<BlockResult> {
    return this.decided.act(
      UNBLOCK_UPDATE,
      ({ blocks }) => ({ ...request, ...sinceOf(blocks.find(({ msisdn }) => msisdn === request.msisdn)) }),
      ({ blocks }) => unblockFault(blocks, request),
    );
  }
}

const BLOCKS: DecidedStateWorkflow<BlocksState> = {
  type: BLOCKS_WORKFLOW,
  id: BLOCKS_WORKFLOW_ID,
  holds: 'which numbers are blocked',
  memo: BLOCKS_MEMO,
  initial: NOTHING_BLOCKED,
  isState: isBlocksState,
  isInForce: (state) => state.blocks.length > 0,
  summary: 'Numbers that nothing is sold to',
  details:
    'The API refuses new orders for these numbers; purchases that were accepted go on. ' +
    'Block and unblock by `datacode blocks`, or by the updates `block` and `unblock`.',
};

/** The blocked numbers, cached for this process, so that an order costs no request for them. */
export class CachedBlocks implements CurrentBlocks {
  private readonly state: CurrentState<ReadonlySet<Msisdn>>;

  /** @param clock monotonic, milliseconds */
  constructor(source: Pick<Blocks, 'read'>, clock?: () => number) {
    const read = async () => new Set((await source.read()).blocks.map(({ msisdn }) => msisdn));
    this.state = new CurrentState({ read }, clock);
  }

  async has(msisdn: Msisdn): Promise<boolean> {
    return (await this.state.now()).has(msisdn);
  }
}

function isBlocksState(value: unknown): value is BlocksState {
  if (typeof value !== 'object' || value === null) return false;
  return faultyField(value, { blocks: 'array', trail: 'array' }) === undefined;
}

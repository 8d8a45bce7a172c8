import {
  allHandlersFinished,
  ApplicationFailure,
  condition,
  defineQuery,
  defineUpdate,
  makeContinueAsNewFunc,
  setCurrentDetails,
  setHandler,
  upsertMemo,
  workflowInfo,
} from '@temporalio/workflow';
import {
  BLOCK_REFUSED,
  BLOCK_UPDATE,
  blockFault,
  BLOCKS_MEMO,
  BLOCKS_QUERY,
  UNBLOCK_UPDATE,
  unblockFault,
  withBlockAct,
  type Block,
  type BlockRequest,
  type BlocksState,
} from '../domain/blocks';
import { isHandedOn, toHandOn } from '../domain/decided-list';
import { markdownText } from '../domain/harmless-text';
import { maskMsisdn } from '../domain/msisdn';
import { readable } from '../domain/refused-input';
import { inPersonsWords } from '../domain/persons-words';
import { outlivesBuilds } from './outlives-builds';
import { RequestsTaken } from './requests-taken';
import { requireFields, requireHandedOn } from './start-inputs';

/** Each act writes the whole list to the history. */
const MAX_ACTS_PER_RUN = 20;
/** Then the next run writes the list anew, so that it is never long under a key that was replaced. */
const LONGEST_RUN = '7 days';

/**
 * Holds the numbers that nothing is sold to: each act is an update, so that who did it and why stay in its history. The list
 * is also in its memo, which the API reads without a worker. It shows no number in clear. Without a list to begin with it
 * fails: that it began with none would unblock every number.
 */
export async function blocks(before: BlocksState): Promise<void> {
  requireFields('state', before, { blocks: 'array', trail: 'array' });
  if (!workflowInfo().unsafe.isReplaying) requireHandedOn(isHandedOn(before) ? before : undefined); // an earlier version handed on an empty list as it was
  let state = before;
  let acts = 0;
  const requests = new RequestsTaken(true); // or a reset would unblock what was blocked after it
  const act = (kind: 'blocked' | 'unblocked', request: BlockRequest): BlocksState => {
    requests.take(request);
    const { msisdn, by, why } = inPersonsWords(request);
    const at = new Date().toISOString();
    const others = state.blocks.filter((block) => block.msisdn !== msisdn);
    const next: readonly Block[] = kind === 'blocked' ? [...others, { msisdn, by, why, since: at }] : others;
    state = withBlockAct(state, next, { act: kind, msisdn, by, why, at });
    acts += 1;
    publish(state);
    return state;
  };

  setHandler(defineQuery<BlocksState>(BLOCKS_QUERY), () => state, {
    description: 'The blocked numbers, and the latest acts.',
  });
  setHandler(
    defineUpdate<BlocksState, [BlockRequest]>(BLOCK_UPDATE),
    readable(async (request) => act('blocked', request)),
    {
      validator: (request) => {
        refuse(blockFault(state.blocks, request));
        requests.require(request);
      },
      description: 'Stops sales to a number: {"msisdn":"84901234567","by":"…","why":"…"}',
    },
  );
  setHandler(
    defineUpdate<BlocksState, [BlockRequest]>(UNBLOCK_UPDATE),
    readable(async (request) => act('unblocked', request)),
    {
      validator: (request) => {
        refuse(unblockFault(state.blocks, request));
        requests.require(request);
      },
      description: 'Sells to a number again: {"msisdn":"84901234567","by":"…","why":"…"}',
    },
  );
  publish(state);

  const isLong = () => acts >= MAX_ACTS_PER_RUN || workflowInfo().continueAsNewSuggested;
  await condition(isLong, LONGEST_RUN, { summary: 'Until the list is written anew' });
  await condition(allHandlersFinished);
  // With its memo from the first moment on: until a worker takes it up, the API reads nothing else.
  const next = toHandOn(state);
  await makeContinueAsNewFunc<typeof blocks>({ memo: { [BLOCKS_MEMO]: next } })(next);
}

outlivesBuilds(blocks);

function refuse(fault: string | undefined): void {
  if (fault !== undefined) throw ApplicationFailure.nonRetryable(fault, BLOCK_REFUSED);
}

function publish(state: BlocksState): void {
  upsertMemo({ [BLOCKS_MEMO]: state });
  setCurrentDetails(story(state));
}

/** The latest acts as Markdown for the Web UI. */
function story({ blocks: standing, trail }: BlocksState): string {
  return [
    `**${standing.length} numbers are blocked.** \`datacode blocks list\` lists them.`,
    '',
    '**Latest acts:**',
    '',
    ...trail
      .toReversed()
      .map(
        ({ act, msisdn, by, why, at }) =>
          `- ${at} ${act} ${maskMsisdn(msisdn)} by ${markdownText(by)}: ${markdownText(why)}`,
      ),
  ].join('\n');
}

import type { Client } from '@temporalio/client';
import { defaultPayloadConverter } from '@temporalio/common';
import { SEARCH_ATTRIBUTES } from '../domain/search-attributes';
import { originOf, type Origin } from './strange-runs';
import { countRuns, listPage, type RawExecution, type RunInfo } from './visibility-pages';
import { anyOf, equals, noneOf } from './visibility-query';

/** How much of a list is read, and how much of it one channel may take. */
export interface FairShare {
  /** Maximum number of runs. */
  most: number;
  /** Maximum number of one channel's runs while those of others are left. */
  perChannel: number;
  /** Whether channels get more than that where there is room. */
  isFilled: boolean;
}

/** Runs that a list does not show; the channel is null for those of channels that are not named. */
export interface LeftOut {
  channel: string | null;
  count: number;
}

const MAX_PAGE = 100;
/** Where the first pages do not fill the list, it is long, or full of what is not ours. */
const MAX_LATER_PAGE = 1_000;
/** Channels whose runs are counted; each costs a request. */
const MOST_COUNTED = 10;
const { channel: CHANNEL } = SEARCH_ATTRIBUTES;

/** What was read of a list. */
export interface FairList {
  ours: RawExecution[];
  /** Those whose key is missing, and those that nobody of ours started; of each at most as many as of ours. */
  unreadable: RawExecution[];
}

/**
 * Reads what a query finds, of each channel no more than its share first: Temporal lists the newest first, so that one
 * channel could take all places. What nobody of ours started takes none of them, nor of a channel's share.
 * @param told as of `originOf`
 * @throws TemporalUnavailable
 */
export async function fairly(
  client: Client,
  query: string,
  { most, perChannel, isFilled }: FairShare,
  told: (run: RunInfo) => unknown,
): Promise<FairList> {
  const found: Record<Origin, Map<string, RawExecution>> = {
    ours: new Map(),
    locked: new Map(),
    strange: new Map(),
  };
  const taken = new Map<string, number>();
  const full = new Set<string>();

  /** Whether the run's channel has just reached its limit. */
  async function take(run: RawExecution, limitOf: (channel: string) => number): Promise<boolean> {
    const id = run.execution?.runId ?? '';
    const origin = await originOf(client, run, told);
    const runs = found[origin];
    if (runs.has(id) || runs.size >= most) return false;
    const channel = channelOf(run) ?? '';
    const before = taken.get(channel) ?? 0;
    if (origin === 'ours' && before >= limitOf(channel)) return channel !== '' && !full.has(channel);
    runs.set(id, run);
    if (origin === 'ours') taken.set(channel, before + 1);
    return false;
  }

  async function read(condition: () => string, limitOf: (channel: string) => number): Promise<void> {
    let token: Uint8Array | undefined;
    let pageSize = Math.min(MAX_PAGE, most);
    while (found.ours.size < most && token?.length !== 0) {
      const page = await listPage(client, condition(), { pageSize, token });
      token = page.nextToken;
      pageSize = Math.min(pageSize * 2, MAX_LATER_PAGE);
      for (const run of page.executions)
        if (await take(run, limitOf)) {
          full.add(channelOf(run) ?? '');
          token = undefined; // begins again without it
        }
    }
  }

  await read(
    () => (full.size === 0 ? query : `${query} AND ${noneOf(CHANNEL, [...full])}`),
    (channel) => (channel === '' ? most : perChannel),
  );
  if (isFilled && full.size > 0)
    await read(
      () => `${query} AND ${anyOf(CHANNEL, [...full])}`,
      () => most,
    );
  return {
    ours: [...found.ours.values()],
    unreadable: [...found.locked.values(), ...found.strange.values()],
  };
}

/**
 * How many runs of a query are not among those that were read, by channel.
 * @throws TemporalUnavailable
 */
export async function leftOut(
  client: Client,
  query: string,
  read: readonly RawExecution[],
): Promise<LeftOut[]> {
  const left = (await countRuns(client, query)) - read.length;
  if (left <= 0) return [];
  const shown = new Map<string, number>();
  for (const run of read) {
    const channel = channelOf(run);
    if (channel !== null) shown.set(channel, (shown.get(channel) ?? 0) + 1);
  }
  const largest = [...shown].toSorted(([, one], [, other]) => other - one).slice(0, MOST_COUNTED);
  const named = await Promise.all(
    largest.map(async ([channel, count]) => ({
      channel,
      count: (await countRuns(client, `${query} AND ${equals(CHANNEL, channel)}`)) - count,
    })),
  );
  const others = left - named.reduce((sum, { count }) => sum + Math.max(0, count), 0);
  return [...named, { channel: null, count: others }].filter(({ count }) => count > 0);
}

function channelOf(run: RawExecution): string | null {
  return keywordOf(run, CHANNEL);
}

/** A keyword as the index has it, in clear. */
export function keywordOf({ searchAttributes }: RawExecution, { name }: { name: string }): string | null {
  const payload = searchAttributes?.indexedFields?.[name];
  const value: unknown = payload ? defaultPayloadConverter.fromPayload(payload) : null;
  return typeof value === 'string' ? value : null;
}

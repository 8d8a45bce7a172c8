import type { Command } from 'commander';
import { BLOCK_TAKES_EFFECT_MS, Blocks, type BlockResult } from '../client/blocks';
import type { BlocksState } from '../domain/blocks';
import { formatLocalTime } from '../domain/local-time';
import { maskMsisdn, type Msisdn } from '../domain/msisdn';
import { attributionOf, withAttribution, type AttributionOptions } from './purchases/attribution';
import { readSubscriberNumber } from './terminal/ask';
import { PURCHASE_SETTINGS, verb } from './terminal/help';
import { print, refuse, type JsonOption } from './terminal/output';
import { withTemporal } from './terminal/temporal';

const SECONDS = BLOCK_TAKES_EFFECT_MS / 1000;

type BlockOptions = Omit<AttributionOptions, 'reference'> & JsonOption;

/** `blocks`: the numbers that nothing is sold to. */
export function addBlocks(command: Command): void {
  command.description('blocks numbers from all sales; the history records who acted and why');
  withAttribution(
    verb(
      command.command('add'),
      'refuses new orders for a number, which is read from the terminal or a pipe; accepted purchases go on',
      ["datacode blocks add --by lan --why 'fraud, ticket 4711' < number.txt"],
      PURCHASE_SETTINGS,
    ),
  ).action(async (options: BlockOptions) =>
    operate('Blocked', options, (blocks, request) => blocks.block(request)),
  );
  withAttribution(
    verb(
      command.command('remove'),
      'sells to a number again, which is read from the terminal or a pipe',
      ["datacode blocks remove --by lan --why 'cleared, ticket 4711' < number.txt"],
      PURCHASE_SETTINGS,
    ),
  ).action(async (options: BlockOptions) =>
    operate('Unblocked', options, (blocks, request) => blocks.unblock(request)),
  );
  verb(
    command.command('list'),
    'lists the blocked numbers, masked, and the latest changes',
    ["datacode blocks list --json | jq '.blocks | length'"],
    PURCHASE_SETTINGS,
  ).action(async (options: JsonOption) => {
    await withTemporal(async ({ client, config }) => {
      const state = masked(await new Blocks(client, config.TEMPORAL_TASK_QUEUE).read());
      print(options, state, () => inWords(state));
    });
  });
}

async function operate(
  done: 'Blocked' | 'Unblocked',
  options: BlockOptions,
  act: (blocks: Blocks, request: Parameters<Blocks['block']>[0]) => Promise<BlockResult>,
): Promise<void> {
  const msisdn = await readSubscriberNumber();
  const { by, why } = await attributionOf(options);
  await withTemporal(async ({ client, config }) => {
    const result = await act(new Blocks(client, config.TEMPORAL_TASK_QUEUE), { msisdn, by, why });
    const words = `${done}: ${maskMsisdn(msisdn)}. Every API process follows within ${SECONDS} seconds.`;
    const told = result.kind === 'applied' ? { kind: result.kind, ...masked(result.state) } : result;
    print(options, { msisdn: maskMsisdn(msisdn), ...told }, () => (result.kind === 'applied' ? [words] : []));
    if (result.kind !== 'applied') refuse(`Refused: ${result.because}.`);
  });
}

/** Whoever lists them needs to recognise a number, not to learn it. */
function masked({ blocks, trail }: BlocksState) {
  const hide = <T extends { msisdn: Msisdn }>(one: T) => ({ ...one, msisdn: maskMsisdn(one.msisdn) });
  return { blocks: blocks.map(hide), trail: trail.map(hide) };
}

function inWords({ blocks, trail }: ReturnType<typeof masked>): string[] {
  const time = (iso: string) => formatLocalTime(new Date(iso));
  return [
    blocks.length === 0 ? 'No number is blocked.' : `Blocked (${blocks.length}):`,
    ...blocks.map(({ msisdn, by, why, since }) => `  ${msisdn} since ${time(since)} by ${by}: ${why}`),
    ...(trail.length > 0 ? ['', 'Latest acts:'] : []),
    ...trail
      .toReversed()
      .map(({ act, msisdn, by, why, at }) => `  ${time(at)} ${act} ${msisdn} by ${by}: ${why}`),
  ];
}

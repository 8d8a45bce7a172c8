import { Argument, type Command } from 'commander';
import { Control, type ControlResult } from '../../client/control';
import { PAUSE_TAKES_EFFECT_MS } from '../../client/current-pauses';
import { channelsFile, loadOperatorConfig, type Config } from '../../config';
import { scopeInWords, type ControlState, type PauseScope } from '../../domain/control';
import { channelName } from '../../domain/identifiers';
import { channelNames, packageCodes } from '../../desk/registry';
import { formatLocalTime } from '../../domain/local-time';
import { packageCode } from '../../domain/catalogue/packages';
import { CommandFault } from '../terminal/command-fault';
import { PURCHASE_SETTINGS, verb } from '../terminal/help';
import { moment } from '../terminal/moment';
import { print, refuse, type JsonOption } from '../terminal/output';
import { withTemporal } from '../terminal/temporal';
import { attributionOf, withAttribution, type AttributionOptions } from './attribution';

const KINDS = ['all', 'channel', 'package'] as const;
const SECONDS = PAUSE_TAKES_EFFECT_MS / 1000;

type PauseOptions = AttributionOptions & JsonOption;

/** `pause` refuses new orders, `resume` sells again, `pauses` lists what is paused. */
export function addPauses(command: Command): void {
  withScope(
    verb(
      command.command('pause'),
      'refuses new orders: all, those of a channel, or those of a package; accepted purchases go on',
      [
        "datacode purchases pause all --until 2h --by lan --why 'MobiFone is out'",
        "datacode purchases pause package D90 --by lan --why 'wrong price'",
      ],
      [...PURCHASE_SETTINGS, 'CHANNELS_FILE', 'PACKAGES_FILE'],
    ),
  )
    .option('--until <moment>', 'when the pause ends: a moment, or a duration from now such as 2h', moment)
    .action(async (kind: Kind, name: string | undefined, options: PauseOptions & { until?: Date }) => {
      const scope = scopeOf(kind, name, loadOperatorConfig());
      const { by, why } = await attributionOf(options);
      const until = options.until === undefined ? {} : { until: options.until.toISOString() };
      await operate(options, scope, 'Paused', (control) => control.pause({ scope, by, why, ...until }));
    });
  withScope(
    verb(
      command.command('resume'),
      'ends a pause',
      ["datacode purchases resume all --by lan --why 'the outage is over'"],
      PURCHASE_SETTINGS,
    ),
  ).action(async (kind: Kind, name: string | undefined, options: PauseOptions) => {
    const scope = scopeOf(kind, name); // also what has left the catalogue or the registry since
    const { by, why } = await attributionOf(options);
    await operate(options, scope, 'Resumed', (control) => control.resume({ scope, by, why }));
  });
  verb(
    command.command('pauses'),
    'lists what is paused, and the latest pauses and resumptions',
    ["datacode purchases pauses --json | jq '.pauses | length'"],
    PURCHASE_SETTINGS,
  ).action(async (options: JsonOption) => {
    await withTemporal(async ({ client, config }) => {
      const state = await new Control(client, config.TEMPORAL_TASK_QUEUE).read();
      print(options, state, () => inWords(state));
    });
  });
}

type Kind = (typeof KINDS)[number];

function withScope(command: Command): Command {
  return withAttribution(command)
    .addArgument(new Argument('<scope>', 'what it applies to').choices(KINDS))
    .argument('[name]', 'the channel’s name, or the package’s code');
}

/**
 * @param known when given, the name must be in its channel registry or catalogue, so that a typo is refused
 * @throws CommandFault
 */
function scopeOf(kind: Kind, name: string | undefined, known?: Config): PauseScope {
  if (kind === 'all') {
    if (name !== undefined) throw new CommandFault(`"all" takes no name, but "${name}" was given.`);
    return { kind };
  }
  if (name === undefined) throw new CommandFault(`Give the name of the ${kind} after "${kind}".`);
  const names =
    known && (kind === 'channel' ? channelNames(channelsFile(known)) : packageCodes(known.PACKAGES_FILE));
  if (names && !names.includes(name))
    throw new CommandFault(`There is no ${kind} ${name}; there are: ${names.join(', ')}.`);
  try {
    return kind === 'channel' ? { kind, channel: channelName(name) } : { kind, package: packageCode(name) };
  } catch (fault) {
    throw new CommandFault(fault instanceof Error ? `${fault.message}.` : String(fault));
  }
}

async function operate(
  options: JsonOption,
  scope: PauseScope,
  done: 'Paused' | 'Resumed',
  act: (control: Control) => Promise<ControlResult>,
): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const result = await act(new Control(client, config.TEMPORAL_TASK_QUEUE));
    const words = `${done}: ${scopeInWords(scope)}. Every API process follows within ${SECONDS} seconds.`;
    print(options, { scope, ...result }, () => (result.kind === 'applied' ? [words] : []));
    if (result.kind !== 'applied') refuse(`Refused: ${result.because}.`);
  });
}

function inWords({ pauses, trail }: ControlState): string[] {
  const time = (iso: string) => formatLocalTime(new Date(iso));
  return [
    pauses.length === 0 ? 'Nothing is paused.' : 'Paused:',
    ...pauses.map(({ scope, by, why, since, until }) => {
      const end = until === undefined ? 'until resumed' : `until ${time(until)}`;
      return `  ${scopeInWords(scope)} since ${time(since)} by ${by}: ${why} (${end})`;
    }),
    ...(trail.length > 0 ? ['', 'Latest acts:'] : []),
    ...trail
      .toReversed()
      .map(({ act, scope, by, why, at }) => `  ${time(at)} ${act} ${scopeInWords(scope)} by ${by}: ${why}`),
  ];
}

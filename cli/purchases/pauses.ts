import { existsSync } from 'node:fs';
import { Argument, type Command } from 'commander';
import { loadPackages } from '../../catalogue/load';
import { registryFileSchema } from '../../channel/registry-file';
import { Control, type ControlResult } from '../../client/control';
import { PAUSE_TAKES_EFFECT_MS } from '../../client/current-pauses';
import { channelsFile, loadOperatorConfig, type Config } from '../../config';
import { scopeInWords, type ControlState, type PauseScope } from '../../domain/control';
import { channelName } from '../../domain/identifiers';
import { formatLocalTime } from '../../domain/local-time';
import { packageCode } from '../../domain/catalogue/packages';
import { readJsonFile } from '../../runtime/json-file';
import { withTemporal } from '../terminal/temporal';
import { moment } from '../terminal/moment';
import { refuse, say, sayJson } from '../terminal/output';
import { CommandFault } from '../terminal/command-fault';
import { whoAndWhy, withStatement, type StatementOptions } from './who-and-why';

const KINDS = ['all', 'channel', 'package'] as const;
const SECONDS = PAUSE_TAKES_EFFECT_MS / 1000;

/** `pause`: stops new sales; what was accepted goes on. */
export function addPause(command: Command): void {
  withScope(withStatement(command))
    .description('refuses new sales: all, of a channel, or of a package; what was accepted goes on')
    .option('--until <moment>', 'ends of itself: a moment, or a time from now such as 2h', moment)
    .action(async (kind: Kind, name: string | undefined, options: StatementOptions & { until?: Date }) => {
      const scope = scopeOf(kind, name, loadOperatorConfig());
      const { by, why } = await whoAndWhy(options);
      const until = options.until === undefined ? {} : { until: options.until.toISOString() };
      await operate(
        (control) => control.pause({ scope, by, why, ...until }),
        `Paused: ${scopeInWords(scope)}. It holds in every API process within ${SECONDS} seconds.`,
      );
    });
}

/** `resume`: sells again. */
export function addResume(command: Command): void {
  withScope(withStatement(command))
    .description('sells again what was paused')
    .action(async (kind: Kind, name: string | undefined, options: StatementOptions) => {
      const scope = scopeOf(kind, name); // also of what has left the catalogue or the registry since
      const { by, why } = await whoAndWhy(options);
      await operate(
        (control) => control.resume({ scope, by, why }),
        `Resumed: ${scopeInWords(scope)}. Every API process sells it again within ${SECONDS} seconds.`,
      );
    });
}

/** `pauses`: what is paused, and the latest acts. */
export function addPauses(command: Command): void {
  command
    .description('tells what is paused, and who paused and resumed lately')
    .option('--json', 'as JSON')
    .action(async (options: { json?: boolean }) => {
      await withTemporal(async ({ client, config }) => {
        const state = await new Control(client, config.TEMPORAL_TASK_QUEUE).read();
        if (options.json) sayJson(state);
        else say(inWords(state));
      });
    });
}

type Kind = (typeof KINDS)[number];

function withScope(command: Command): Command {
  return command
    .addArgument(new Argument('<scope>', 'what').choices(KINDS))
    .argument('[name]', 'the channel’s name, or the package’s code');
}

/**
 * @param known the configuration by which a name is looked up, so that a slip pauses nothing instead of something else
 * @throws CommandFault
 */
function scopeOf(kind: Kind, name: string | undefined, known?: Config): PauseScope {
  if (kind === 'all') {
    if (name !== undefined) throw new CommandFault(`"all" takes no name, but "${name}" was given.`);
    return { kind };
  }
  if (name === undefined) throw new CommandFault(`Which ${kind}? Give its name after "${kind}".`);
  const names = known && (kind === 'channel' ? channelNames(known) : packageCodes(known));
  if (names && !names.includes(name))
    throw new CommandFault(`There is no ${kind} ${name}; there are: ${names.join(', ')}.`);
  try {
    return kind === 'channel' ? { kind, channel: channelName(name) } : { kind, package: packageCode(name) };
  } catch (fault) {
    throw new CommandFault(fault instanceof Error ? `${fault.message}.` : String(fault));
  }
}

function packageCodes(config: Config): string[] {
  return loadPackages(config.PACKAGES_FILE).map(({ code }) => code);
}

/** Nothing on a machine that has no registry. */
function channelNames(config: Config): string[] | undefined {
  const file = channelsFile(config);
  if (!existsSync(file)) return undefined;
  return readJsonFile(file, registryFileSchema, 'set CHANNELS_FILE.').channels.map(({ name }) => name);
}

async function operate(act: (control: Control) => Promise<ControlResult>, done: string): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const result = await act(new Control(client, config.TEMPORAL_TASK_QUEUE));
    if (result.kind === 'applied') return say(done);
    refuse(`Refused: ${result.because}.`);
  });
}

function inWords({ pauses, trail }: ControlState): string {
  const time = (iso: string) => formatLocalTime(new Date(iso));
  return [
    pauses.length === 0 ? 'Nothing is paused.' : 'Paused:',
    ...pauses.map(({ scope, by, why, since, until }) => {
      const end = until === undefined ? 'until somebody resumes' : `until ${time(until)}`;
      return `  ${scopeInWords(scope)} since ${time(since)} by ${by}: ${why} (${end})`;
    }),
    ...(trail.length > 0 ? ['', 'Latest acts:'] : []),
    ...trail
      .toReversed()
      .map(({ act, scope, by, why, at }) => `  ${time(at)} ${act} ${scopeInWords(scope)} by ${by}: ${why}`),
  ].join('\n');
}

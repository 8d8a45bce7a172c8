import { Argument, InvalidArgumentError, type Command } from 'commander';
import { BreakRegisters } from '../../client/break-registers';
import { TemporalUnavailable } from '../../client/purchases';
import { localDay, localDayStart, type LocalDay } from '../../domain/local-time';
import type { BreakAct, RegisteredBreak } from '../../domain/reconciliation/break-register';
import { date } from '../terminal/argument-values';
import { PURCHASE_SETTINGS, verb } from '../terminal/help';
import { EXIT } from '../terminal/exit-codes';
import { print, refuse, tell, tellUnreadable, type JsonOption } from '../terminal/output';
import { withTemporal } from '../terminal/temporal';
import { readableText } from '../purchases/attribution';

const EXAMPLE = 'brk_k5j3hlp4tyjzq5xj';

interface ListOptions extends JsonOption {
  day?: LocalDay;
  all?: boolean;
}

interface ActOptions extends JsonOption {
  by: string;
  why?: string;
  owner?: string;
  text?: string;
}

/** `breaks`: what reconciliation found and is not closed, over all days, and what people do about it. */
export function addBreaks(command: Command): void {
  command
    .description('lists the breaks of all days that are not closed yet, and keeps what is done about them')
    .addHelpText('after', '\nWithout a command it lists: the options are in `list --help`.');
  verb(
    command.command('list'),
    'lists open breaks, the oldest first',
    ["datacode reconcile breaks list --json | jq 'map(.atStake) | add'"],
    PURCHASE_SETTINGS,
  )
    .option('--day <day>', 'of this day only', date)
    .option('--all', 'closed breaks too')
    .action(list);
  verb(
    command.command('show'),
    'shows a break with everything that happened to it',
    [`datacode reconcile breaks show ${EXAMPLE}`],
    PURCHASE_SETTINGS,
  )
    .addArgument(breakArgument())
    .action(show);
  act(command, 'assign', 'gives a break to a person', '--owner minh', [
    '--owner <person>',
    'who takes care of it',
  ]).action((id: string, { owner = '', ...options }: ActOptions) =>
    done({ id, by: options.by, act: 'assign', owner }, options),
  );
  act(command, 'comment', 'adds a comment', "--text 'asked MobiFone'", [
    '--text <comment>',
    'the comment',
  ]).action((id: string, { text = '', ...options }: ActOptions) =>
    done({ id, by: options.by, act: 'comment', text }, options),
  );
  act(command, 'close', 'closes a break by a person’s word', "--why 'MobiFone letter 12/2026'", WHY).action(
    (id: string, { why = '', ...options }: ActOptions) =>
      done({ id, by: options.by, act: 'close', why }, options),
  );
  act(command, 'reopen', 'opens a closed break again', "--why 'the letter was wrong'", WHY).action(
    (id: string, { why = '', ...options }: ActOptions) =>
      done({ id, by: options.by, act: 'reopen', why }, options),
  );
}

const WHY = ['--why <reason>', 'the reason: a letter, a receipt'] as const;

function act(
  command: Command,
  name: BreakAct['act'],
  does: string,
  example: string,
  option: readonly [string, string],
): Command {
  const added = command.command(name).addArgument(breakArgument());
  const examples = [`datacode reconcile breaks ${name} ${EXAMPLE} --by lan ${example}`];
  verb(added, does, examples, PURCHASE_SETTINGS);
  return added
    .requiredOption('--by <person>', 'who acts', readableText)
    .requiredOption(...option, readableText);
}

function breakArgument(): Argument {
  return new Argument('<break>', `its id, such as ${EXAMPLE}`).argParser((text) => {
    if (/^brk_[a-z2-7]{16}$/.test(text)) return text;
    throw new InvalidArgumentError('It must be the id of a break, as `datacode reconcile breaks` prints it.');
  });
}

async function list(options: ListOptions): Promise<void> {
  await withTemporal(async ({ client }) => {
    const registers = new BreakRegisters(client);
    const strange: string[] = [];
    const onStrange = ({ workflowId }: { workflowId: string }) => strange.push(workflowId);
    const days = options.day ? [options.day] : await registers.days({ open: !options.all }, onStrange);
    const { read, unreadDays, unreadable } = await registers.read(days);
    const breaks = read
      .flatMap((register) => register.breaks)
      .filter(({ closedBy }) => options.all || closedBy === null)
      .toSorted((one, other) => Date.parse(one.foundAt) - Date.parse(other.foundAt));
    print(options, breaks, () => breaks.map(inOneLine));
    tellUnreadable([...strange, ...unreadable]);
    if (unreadDays.length > 0) tell(unansweredDays(unreadDays));
    if (unreadDays.length + unreadable.length > 0) {
      process.exitCode = EXIT.couldNotRun; // the list lacks something, which a script must notice
    }
    if (options.json) return;
    for (const { day, more } of read) {
      if (more.count > 0)
        tell(`${day} has ${more.count} more breaks, ${more.atStake} VND at stake: see its report.`);
    }
    if (breaks.length === 0 && unreadDays.length + unreadable.length === 0)
      tell(options.all ? 'There is no break.' : 'There is no open break.');
  });
}

function inOneLine({
  id,
  day,
  kind,
  atStake,
  foundAt,
  owner,
  closedBy,
  purchaseId,
}: RegisteredBreak): string {
  const state = closedBy === null ? `open for ${daysSince(foundAt)} day(s)` : `closed by ${closedBy}`;
  return `${id}  ${day}  ${kind}  ${atStake} VND  ${state}  ${owner ?? 'no owner'}  ${purchaseId}`;
}

/** By the calendar: a break that was found yesterday is open for one day. */
function daysSince(foundAt: string): number {
  const from = localDayStart(localDay(new Date(foundAt)));
  return Math.round((localDayStart(localDay(new Date())) - from) / (24 * 60 * 60 * 1000));
}

async function show(id: string, options: JsonOption): Promise<void> {
  await withTemporal(async ({ client }) => {
    const one = await found(new BreakRegisters(client), id);
    if (!one) return refuse(`There is no break ${id}.`);
    print(options, one, () => [
      inOneLine(one),
      `  ${one.detail}`,
      ...one.log.map(
        ({ at, what, by, isComment }) =>
          `  ${localDay(new Date(at))} ${by ? `${by}: ` : ''}${isComment ? 'comment: ' : ''}${what}`,
      ),
    ]);
  });
}

async function done(act: BreakAct, options: JsonOption): Promise<void> {
  await withTemporal(async ({ client }) => {
    const registers = new BreakRegisters(client);
    const one = await found(registers, act.id);
    if (!one) return refuse(`There is no break ${act.id}.`);
    const result = await registers.act(one.day, act);
    if (result.kind === 'applied') return print(options, act, () => [`${act.id}: ${act.act}`]);
    const isOver = result.kind === 'not_found';
    refuse(
      isOver
        ? `Every break of ${one.day} is closed; a comparison opens its register again.`
        : because(result),
    );
  });
}

function because(result: object): string {
  return 'because' in result ? String(result.because) : 'The break cannot be changed.';
}

/** The newest days are looked through first. */
async function found(registers: BreakRegisters, id: string): Promise<RegisteredBreak | undefined> {
  const unread: LocalDay[] = [];
  for (const day of (await registers.days({ open: false })).toReversed()) {
    const { read, unreadDays } = await registers.read([day]);
    const one = read.flatMap(({ breaks }) => breaks).find((kept) => kept.id === id);
    if (one) return one;
    unread.push(...unreadDays);
  }
  if (unread.length > 0) throw new TemporalUnavailable(unansweredDays(unread));
  return undefined;
}

function unansweredDays(days: readonly LocalDay[]): string {
  return `No worker answers for the breaks of ${days.join(', ')}.`;
}

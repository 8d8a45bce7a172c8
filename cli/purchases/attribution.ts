import { InvalidArgumentError, type Command } from 'commander';
import { isBlank } from '../../domain/harmless-text';
import { withoutNumbers } from '../../domain/telephone-numbers';
import { inPersonsWords, isKeptAsWritten } from '../../domain/persons-words';
import type { Attribution } from '../../domain/purchase/operator-acts';
import { ask, canAsk } from '../terminal/ask';
import { CommandFault } from '../terminal/command-fault';

const SAYS_NOTHING = 'It must say something: it is kept for those who read it later.';

/** Who acts and why, as far as it was given. */
export interface AttributionOptions {
  by?: string;
  why?: string;
  /** A ticket. */
  reference?: string;
}

/** Gives a command the options that say who acts and why. */
export function withAttribution(command: Command): Command {
  return command
    .option('--by <person>', 'who acts; asked for on a terminal')
    .option('--why <reason>', 'the reason; asked for on a terminal')
    .option('--reference <text>', 'MobiFone’s case number, or a ticket', ticketText);
}

/**
 * Who acts and why, without a subscriber's number in it: as given, else as the person at the terminal answers.
 * @throws CommandFault where there is no terminal to ask at
 */
export async function attributionOf(given: AttributionOptions): Promise<Attribution> {
  const by =
    said(given.by) ?? (await answered('by', 'Who are you (a name or address that colleagues know)?'));
  const why = said(given.why) ?? (await answered('why', 'What is the reason?'));
  return inPersonsWords({ by, why, ...(given.reference === undefined ? {} : { ticket: given.reference }) });
}

/**
 * A ticket, or how something was put right: what an act rests on.
 * @throws InvalidArgumentError where a reader would see nothing of it, or it would not be kept as it was written
 */
export function ticketText(text: string): string {
  const given = said(text);
  if (given === undefined) throw new InvalidArgumentError(SAYS_NOTHING);
  if (isKeptAsWritten(given)) return given;
  throw new InvalidArgumentError(
    'It reads like a telephone number, of which only the last three digits would be kept. ' +
      'Put a letter between the digits of a case number, such as 09123x45678; leave out a subscriber’s number.',
  );
}

/** A text of which a reader sees something. */
function said(text: string | undefined): string | undefined {
  return text === undefined || isBlank(text) ? undefined : text.trim();
}

/**
 * An option that the history or a log keeps, without a subscriber's number in it.
 * @throws InvalidArgumentError where a reader would see nothing of it
 */
export function readableText(text: string): string {
  const given = said(text);
  if (given !== undefined) return withoutNumbers(given);
  throw new InvalidArgumentError(SAYS_NOTHING);
}

async function answered(option: string, question: string): Promise<string> {
  if (!canAsk()) {
    throw new CommandFault(
      `--${option} must be given: the history records who acts and why, and there is no terminal to ask at.`,
    );
  }
  for (;;) {
    const answer = await ask(question);
    if (answer === undefined) throw new CommandFault('Nothing was done.');
    if (!isBlank(answer)) return answer;
  }
}

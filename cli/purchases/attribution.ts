import type { Command } from 'commander';
import type { Attribution } from '../../domain/purchase/operator-acts';
import { ask, canAsk } from '../terminal/ask';
import { CommandFault } from '../terminal/command-fault';

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
    .option('--reference <text>', 'MobiFone’s case number, or a ticket');
}

/**
 * Who acts and why: as given, else as the person at the terminal answers.
 * @throws CommandFault where there is no terminal to ask at
 */
export async function attributionOf(given: AttributionOptions): Promise<Attribution> {
  const by =
    given.by?.trim() || (await answered('by', 'Who are you (a name or address that colleagues know)?'));
  const why = given.why?.trim() || (await answered('why', 'What is the reason?'));
  return { by, why, ...(given.reference === undefined ? {} : { ticket: given.reference }) };
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
    if (answer !== '') return answer;
  }
}

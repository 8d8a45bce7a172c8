import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import { CommandFault } from '../terminal/command-fault';

/** What every act is asked for, as far as it was given. */
export interface StatementOptions {
  by?: string;
  why?: string;
  reference?: string;
}

export interface Stated {
  by: string;
  why: string;
  reference?: string | undefined;
}

/** Gives a command the options that say who acts and why. */
export function withStatement(command: Command): Command {
  return command
    .option('--by <person>', 'who does it; asked for on a terminal')
    .option('--why <reason>', 'why; asked for on a terminal')
    .option('--reference <text>', 'what it rests on: MobiFone’s case number, a ticket');
}

/**
 * Who acts and why: as given, else asked of the person at the terminal.
 * @throws CommandFault where there is nobody to ask
 */
export async function whoAndWhy(given: StatementOptions): Promise<Stated> {
  const by = given.by?.trim() || (await ask('by', 'Who are you (a name or address that colleagues know)?'));
  const why = given.why?.trim() || (await ask('why', 'Why is it done?'));
  return { by, why, ...(given.reference === undefined ? {} : { reference: given.reference }) };
}

async function ask(option: string, question: string): Promise<string> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new CommandFault(
      `--${option} must be given: every act keeps who did it and why, and nobody can be asked here.`,
    );
  }
  const asking = createInterface({ input: process.stdin, output: process.stderr });
  try {
    for (;;) {
      const answer = (await asking.question(`${question} `)).trim();
      if (answer !== '') return answer;
    }
  } finally {
    asking.close();
  }
}

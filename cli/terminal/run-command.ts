import { CommanderError, type Command } from 'commander';

/** The exit code of a command that could not do what it was asked at all. */
export const COULD_NOT_RUN = 2;

interface Ending {
  /** The line that the caller reads of a fault; its message unless given. */
  words?: (fault: unknown) => string;
  /** How the command ends by a fault; as one that could not run unless given. */
  exitCode?: (fault: unknown) => number;
}

/**
 * Runs a program that was told to `exitOverride()`, and ends by what comes of it: what its action set, 0 after help,
 * and one line on stderr for a fault.
 */
export async function runCommand(
  program: Command,
  { words = messageOf, exitCode = () => COULD_NOT_RUN }: Ending = {},
): Promise<void> {
  try {
    await program.parseAsync();
  } catch (fault) {
    if (fault instanceof CommanderError) {
      process.exitCode = fault.exitCode === 0 ? 0 : COULD_NOT_RUN; // commander has said what is wrong
      return;
    }
    process.stderr.write(`${words(fault)}\n`);
    process.exitCode = exitCode(fault);
  }
}

function messageOf(fault: unknown): string {
  return fault instanceof Error ? fault.message : String(fault);
}

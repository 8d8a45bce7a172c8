import { CommanderError, type Command } from 'commander';
import { RegistryEditRefused } from '../../channel/registry-edits';
import { DeploymentRefused } from '../../client/deployments';
import { TemporalUnavailable } from '../../client/purchases';
import { KeyRingEditFault } from '../../encryption/key-ring-edits';
import { ignoreLostReader } from '../../runtime/process';
import { EXIT } from './exit-codes';
import { tell } from './output';

/** Thrown where something was asked that is not done. */
const REFUSALS = [KeyRingEditFault, DeploymentRefused, RegistryEditRefused];

/**
 * Runs the program, and ends by what comes of it: what its action set, 0 after help, and one line on standard error for
 * a fault. A reader that has seen enough, as `| head -2`, ends nothing.
 */
export async function runProgram(program: Command, words?: readonly string[]): Promise<void> {
  ignoreLostReader();
  throwOfAll(program);
  try {
    await (words ? program.parseAsync(words, { from: 'user' }) : program.parseAsync());
  } catch (fault) {
    if (fault instanceof CommanderError) {
      process.exitCode = fault.exitCode === 0 ? EXIT.done : EXIT.couldNotRun; // commander has said what is wrong
      return;
    }
    tell(inWords(fault));
    const isRefusal = REFUSALS.some((kind) => fault instanceof kind);
    process.exitCode = isRefusal ? EXIT.notAsWanted : EXIT.couldNotRun;
  }
}

/** Commander ends the process itself unless each command is told not to. */
function throwOfAll(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwOfAll);
}

function inWords(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  if (!(fault instanceof TemporalUnavailable)) return fault.message;
  const because = fault.cause instanceof Error ? ` (${fault.cause.message})` : '';
  return `${fault.message}${because}: it is not known whether it was done. Does a worker run? Look again before you repeat it.`;
}

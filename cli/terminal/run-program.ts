import { CommanderError, type Command } from 'commander';
import { RegistryEditRefused } from '../../channel/registry-edits';
import { DeploymentRefused } from '../../client/deployments';
import { TemporalUnavailable } from '../../client/purchases';
import { StoredDataUnreadable } from '../../client/stored-data-unreadable';
import { KeyRingEditFault } from '../../encryption/key-ring-edits';
import { ChangedByAnother } from '../../runtime/lock-file';
import { EXIT } from './exit-codes';
import { tell } from './output';

/** Errors that mean: it ran, and the answer is no. */
const REFUSALS = [ChangedByAnother, KeyRingEditFault, DeploymentRefused, RegistryEditRefused];

/**
 * The verb that a group runs when none is given. Not commander's own default, which takes a misspelt verb for an
 * argument of the default verb instead of naming the nearest one.
 */
const DEFAULT_VERBS: Readonly<Record<string, string>> = {
  cases: 'list',
  reconcile: 'run',
  'reconcile cases': 'list',
  'reconcile breaks': 'list',
};

/**
 * Runs the program and sets the exit code: what its action set, 0 after help, or that of an error, which is written to
 * standard error in one line.
 * @param words the command line without the names of Node and the program
 */
export async function runProgram(program: Command, words: readonly string[]): Promise<void> {
  throwOfAll(program);
  try {
    await program.parseAsync(withDefaultVerb(program, words), { from: 'user' });
  } catch (fault) {
    if (fault instanceof CommanderError) {
      process.exitCode = fault.exitCode === 0 ? EXIT.done : EXIT.couldNotRun; // commander has said what is wrong
      return;
    }
    tell(...inWords(fault).split('\n')); // a list of faults has a line for each
    const isRefusal = REFUSALS.some((kind) => fault instanceof kind);
    process.exitCode = isRefusal ? EXIT.notAsWanted : EXIT.couldNotRun;
  }
}

function withDefaultVerb(program: Command, words: readonly string[]): string[] {
  let command = program;
  let depth = 0;
  for (const word of words) {
    const next = command.commands.find((each) => each.name() === word);
    if (!next) break;
    command = next;
    depth += 1;
  }
  const verb = DEFAULT_VERBS[words.slice(0, depth).join(' ')];
  const following = words[depth];
  const isVerb = following !== undefined && !following.startsWith('-');
  if (verb === undefined || isVerb || following === '--help' || following === '-h') return [...words];
  return [...words.slice(0, depth), verb, ...words.slice(depth)];
}

/** Makes every command throw: by default commander ends the process itself. */
function throwOfAll(command: Command): void {
  command.exitOverride();
  command.commands.forEach(throwOfAll);
}

function inWords(fault: unknown): string {
  if (!(fault instanceof Error)) return String(fault);
  if (fault instanceof StoredDataUnreadable) {
    const why = fault.cause instanceof Error ? `: ${fault.cause.message}` : '';
    return `${fault.message}${why}. What to do: docs/runbooks.md, "${fault.runbook}".`;
  }
  if (!(fault instanceof TemporalUnavailable)) return fault.message;
  const cause = fault.cause instanceof Error ? ` (${fault.cause.message})` : '';
  return `${fault.message}${cause}: it is not known whether it was done. Check that a worker runs, and look at the result before you repeat the command.`;
}

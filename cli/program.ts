import { Command } from 'commander';
import { visibleText } from '../domain/harmless-text';
import { version } from '../package.json';
import { addBatches } from './batches';
import { addBlocks } from './blocks';
import { addCases } from './cases';
import { addChannels } from './channels';
import { addCompletion } from './completion';
import { addDeploy } from './deploy';
import { addDesk } from './desk';
import { addExport } from './export';
import { addCheck } from './gateway-check/command';
import { addKeys } from './keys/keys';
import { addActs } from './purchases/act';
import { addBatch } from './purchases/batch';
import { addList } from './purchases/list';
import { addPauses } from './purchases/pauses';
import { addShow } from './purchases/show';
import { addBooks } from './reconcile/books';
import { addDays } from './reconcile/days';
import { addBreaks } from './reconcile/breaks';
import { addLayout } from './reconcile/layout';
import { addPeriod } from './reconcile/period';
import { addRun } from './reconcile/run';
import { addVerify } from './reconcile/verify';
import { EXIT_CODES_IN_WORDS } from './terminal/exit-codes';

/** What commander says of a wrong argument quotes it; only its own advice is a line by itself. */
function inVisibleLines(text: string): string {
  const lines = text.trimEnd().split(/\n(?=\(Did you mean )/);
  return `${lines.map(visibleText).join('\n')}\n`;
}

/** All commands for people and their scripts, as one program. */
export function datacodeProgram(): Command {
  const program = new Command('datacode')
    .configureOutput({ outputError: (text, write) => write(inVisibleLines(text)) })
    .description('Operates the sale of Datacode packages, for people at a terminal and for scripts.')
    .version(version)
    .addHelpText(
      'after',
      `
Examples:
  datacode purchases list --needs-attention
  datacode purchases show demo/order-1001 --json | jq .purchase.state
  datacode reconcile --date 2026-11-23 --settlement 2026-11-23.csv --json report.json

--json prints the result of a command as JSON. Standard output holds results only; progress, questions and errors go
to standard error. Settings come from the environment: \`datacode <command> --help\` names those of each command,
docs/configuration.md has all. Most commands need TEMPORAL_ADDRESS, or a stack that \`npm start\` runs here.`,
    )
    .addHelpText('afterAll', `\n${EXIT_CODES_IN_WORDS}`);
  addPurchases(program.command('purchases'));
  addCases(program.command('cases'));
  addBatches(program.command('batches'));
  addBlocks(program.command('blocks'));
  addDesk(program.command('desk'));
  addReconcile(program.command('reconcile'));
  addExport(program.command('export'));
  addKeys(program.command('keys'));
  addChannels(program.command('channels'));
  addDeploy(program.command('deploy'));
  addCheck(
    program
      .command('gateway')
      .description('checks of MobiFone’s gateway before sales begin')
      .command('check'),
  );
  addCompletion(program);
  return program;
}

/** `purchases`: what operators see and do. */
function addPurchases(command: Command): void {
  command.description(
    'lists, shows and settles purchases, and pauses sales; the history records who acted and why',
  );
  addList(command.command('list'));
  addShow(command.command('show'));
  addActs(command);
  addPauses(command);
  addBatch(command.command('batch'));
}

/** `reconcile`: compares our purchases with MobiFone’s settlement files. */
function addReconcile(command: Command): void {
  command
    .description('compares our purchases with MobiFone’s settlement files')
    .addHelpText('after', '\nWithout a command it runs: the options are in `run --help`.');
  addRun(command.command('run'));
  addPeriod(command.command('period'));
  addBreaks(command.command('breaks'));
  addDays(command);
  addLayout(command);
  addVerify(command);
  addBooks(command);
  addCases(command.command('cases', { hidden: true })); // its name until 2026-11-28
}

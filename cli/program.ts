import { Command } from 'commander';
import { version } from '../package.json';
import { addCases } from './cases';
import { addChannels } from './channels';
import { addCompletion } from './completion';
import { addDeploy } from './deploy';
import { addExport } from './export';
import { addCheck } from './gateway-check/command';
import { addKeys } from './keys/keys';
import { addPurchases } from './purchases/purchases';
import { addReconcile } from './reconcile/reconcile';
import { EXIT_CODES_IN_WORDS } from './terminal/exit-codes';

/** All commands for people and their scripts, as one program. */
export function datacodeProgram(): Command {
  const program = new Command('datacode')
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

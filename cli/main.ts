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
import { EXIT_IN_WORDS } from './terminal/exit-codes';
import { runProgram } from './terminal/run-program';

/** Everything that people and their scripts do from a terminal, by one name. */
const program = new Command('datacode')
  .description('Operates the sale of Datacode packages, for people at a terminal and for scripts.')
  .version(version)
  .addHelpText(
    'after',
    `
Examples:
  datacode purchases list --needs-attention
  datacode purchases show pur_2f0c… --json | jq .state
  datacode reconcile --date 2026-11-23 --settlement 2026-11-23.csv --json report.json

Every command that says what it found says it as JSON with --json, and nothing else on standard output.
${EXIT_IN_WORDS}
Settings come from the environment, as docs/configuration.md tells; most commands need TEMPORAL_ADDRESS, or a stack
that \`npm start\` runs here.`,
  );

// Each group is a file's affair, which gives it its commands, options and actions.
addPurchases(program.command('purchases'));
addCases(program.command('cases'));
addReconcile(program.command('reconcile'));
addExport(program.command('export'));
addKeys(program.command('keys'));
addChannels(program.command('channels'));
addDeploy(program.command('deploy'));
const gateway = program.command('gateway').description('MobiFone’s gateway, before it is sold through');
addCheck(gateway.command('check'));
addCompletion(program);

void runProgram(program);

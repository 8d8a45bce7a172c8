import { Argument, InvalidArgumentError, type Command } from 'commander';
import { Cases, listCases, type ListedCase } from '../client/cases';
import { purchasePolicy } from '../runtime/configuration/purchase-policy';
import type { CaseRequest } from '../domain/case/protocol';
import { CASE_DECISION_NAMES, CASE_DECISIONS, foundInWords, type CaseDecision } from '../domain/case/case';
import { caseIdOf, type CaseId } from '../domain/identifiers';
import { refuse, say, sayJson } from './terminal/output';
import { withTemporal } from './terminal/temporal';

interface DecideOptions {
  by: string;
  why: string;
  how?: string;
}

/** `cases`: what is to be put right by people, and their decisions about it. */
export function addCases(command: Command): void {
  command.description('purchases that turned out wrong after they were over, until they are put right');
  command
    .command('list', { isDefault: true })
    .description('the open cases, one a line')
    .option('--all', 'those that are over as well')
    .option('--json', 'as JSON')
    .action(list);
  command
    .command('show')
    .description('a case with what was found, decided and done')
    .addArgument(caseArgument())
    .action(show);
  for (const decision of CASE_DECISION_NAMES) {
    const decide = command
      .command(decision.replaceAll('_', '-'))
      .description(CASE_DECISIONS[decision])
      .addArgument(caseArgument())
      .requiredOption('--by <name>', 'who decides')
      .requiredOption('--why <text>', 'why, for the history')
      .action((id: CaseId, options: DecideOptions) => act(id, requestOf(decision, options)));
    if (decision === 'close') decide.requiredOption('--how <text>', 'by what it was put right: a reference');
  }
}

function caseArgument(): Argument {
  return new Argument('<case>', 'its id, as case:pur_…:make_good').argParser((text) => {
    const id = caseIdOf(text);
    if (id) return id;
    throw new InvalidArgumentError('It must be a case’s id, as the list has it.');
  });
}

function requestOf(decision: CaseDecision, { by, why, how = '' }: DecideOptions): CaseRequest {
  return decision === 'close' ? { decision, by, why, how } : { decision, by, why };
}

async function list({ all, json }: { all?: boolean; json?: boolean }): Promise<void> {
  await withTemporal(async ({ client }) => {
    const found: ListedCase[] = [];
    for await (const one of listCases(client, all ? {} : { open: true })) found.push(one);
    found.sort((one, other) => Date.parse(one.card.openedAt) - Date.parse(other.card.openedAt));
    if (json) sayJson(found);
    else say(...(found.length > 0 ? found.map(inWords) : ['no open case']));
  });
}

function inWords({ card, state, cutOff }: ListedCase): string {
  const { evidence, channel, externalId } = card;
  const standing = cutOff ? `${state}, ended from outside` : state;
  return `${card.id}  ${standing}  ${foundInWords(evidence)}, ${evidence.atStake} VND  ${externalId} of ${channel}  since ${card.openedAt}`;
}

async function show(id: CaseId): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const cases = new Cases(client, {
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      policy: purchasePolicy(config),
    });
    const found = await cases.find(id);
    if (!found) throw new Error(`There is no case ${id}.`);
    sayJson(found);
  });
}

async function act(id: CaseId, request: CaseRequest): Promise<void> {
  await withTemporal(async ({ client, config }) => {
    const cases = new Cases(client, {
      taskQueue: config.TEMPORAL_TASK_QUEUE,
      policy: purchasePolicy(config),
    });
    const result = await cases.decide(id, request);
    switch (result.kind) {
      case 'applied':
        say(`${id}: ${request.decision} was taken`);
        return;
      case 'not_found':
        throw new Error(`There is no open case ${id}.`);
      default:
        refuse(`refused: ${result.because}`);
    }
  });
}

import { Argument, InvalidArgumentError, type Command } from 'commander';
import { Cases, listCases, type FoundCase } from '../client/cases';
import type { ListedCase } from '../client/listed-case';
import { purchasePolicy } from '../runtime/configuration/purchase-policy';
import type { CaseRequest } from '../domain/case/protocol';
import { CASE_DECISION_NAMES, CASE_DECISIONS, foundInWords, type CaseDecision } from '../domain/case/case';
import { caseIdOf, type CaseId } from '../domain/identifiers';
import { formatLocalTime } from '../domain/local-time';
import { withoutNumbers } from '../domain/telephone-numbers';
import { PURCHASE_SETTINGS, verb } from './terminal/help';
import { print, refuse, tell, tellUnreadable, type JsonOption } from './terminal/output';
import { withTemporal, type Temporal } from './terminal/temporal';
import { readableText, ticketText } from './purchases/attribution';

interface DecideOptions extends JsonOption {
  by: string;
  why: string;
  how?: string;
}

const CASE = 'case:pur_…:make_good';
/** What follows the verb in its example: a case that is open to the decision, and a reason for it. */
const EXAMPLES: Record<CaseDecision, string> = {
  refund: `${CASE} --by lan --why 'MobiFone has no record of the sale'`,
  re_register: `${CASE} --by lan --why 'the customer still wants the package'`,
  retry_now: `${CASE} --by lan --why 'the channel has repaired its webhook'`,
  ask: "case:pur_…:workflow_closed:RUN_ID --by lan --why 'to know what stands before a refund'",
  close:
    "case:pur_…:reversal:MF42 --by lan --why 'MobiFone returned the charge' --how 'line MF57 of its file'",
  reject: "case:pur_…:reversal:MF42 --by lan --why 'the line belongs to a sale of another agent'",
};

/** `cases`: what people must put right, and their decisions about it. */
export function addCases(command: Command): void {
  command
    .description('lists, shows and settles cases: finished purchases that turned out wrong')
    .addHelpText('after', '\nWithout a command it lists: the options are in `list --help`.');
  const add = (name: string, does: string, example: string) =>
    verb(command.command(name), does, [`datacode cases ${name} ${example}`], PURCHASE_SETTINGS);
  add('list', 'lists the open cases', "--json | jq '.[].card.id'")
    .option('--all', 'closed cases too')
    .action(listed);
  add('show', 'shows a case: what was found, decided and done', CASE)
    .addArgument(caseArgument())
    .action(shown);
  for (const decision of CASE_DECISION_NAMES) {
    const decided = add(decision.replaceAll('_', '-'), CASE_DECISIONS[decision], EXAMPLES[decision])
      .addArgument(caseArgument())
      .requiredOption('--by <person>', 'who decides', readableText)
      .requiredOption('--why <reason>', 'the reason, for the history', readableText)
      .action((id: CaseId, options: DecideOptions) => decide(id, requestOf(decision, options), options));
    if (decision === 'close')
      decided.requiredOption('--how <text>', 'how it was put right: a reference', ticketText);
  }
  addReopen(
    add(
      'reopen',
      'opens a case again that was closed or rejected, or that was ended from outside',
      `${CASE} --by lan --why 'MobiFone holds the charge after all'`,
    ),
  );
}

function addReopen(command: Command): void {
  command
    .addArgument(caseArgument())
    .requiredOption('--by <person>', 'who opens it', readableText)
    .requiredOption('--why <reason>', 'the reason, for the history', readableText)
    .action(reopen);
}

function caseArgument(): Argument {
  return new Argument('<case>', `its id, such as ${CASE}`).argParser((text) => {
    const id = caseIdOf(text);
    if (id) return id;
    throw new InvalidArgumentError('It must be the id of a case, as `datacode cases list` prints it.');
  });
}

function requestOf(decision: CaseDecision, { by, why, how = '' }: DecideOptions): CaseRequest {
  return decision === 'close' ? { decision, by, why, how } : { decision, by, why };
}

function casesOf({ client, config }: Temporal): Cases {
  return new Cases(client, { taskQueue: config.TEMPORAL_TASK_QUEUE, policy: purchasePolicy(config) });
}

async function listed(options: JsonOption & { all?: boolean }): Promise<void> {
  await withTemporal(async ({ client }) => {
    const found: ListedCase[] = [];
    const strange: string[] = [];
    const onUnreadable = ({ workflowId }: { workflowId: string }) => strange.push(workflowId);
    for await (const one of listCases(client, options.all ? {} : { open: true }, onUnreadable))
      found.push(one);
    found.sort((one, other) => Date.parse(one.card.openedAt) - Date.parse(other.card.openedAt));
    print(options, found, () => found.map(inOneLine));
    if (found.length === 0 && !options.json)
      tell(options.all ? 'There is no case.' : 'There is no open case.');
    tellUnreadable(strange);
  });
}

function inOneLine({ card, state, cutOff }: ListedCase): string {
  const { evidence, channel, externalId } = card;
  const stateInWords = cutOff ? `${state}, ended from outside` : state;
  return `${card.id}  ${stateInWords}  ${foundInWords(evidence)}, ${evidence.atStake} VND  ${externalId} of ${channel}  since ${card.openedAt}`;
}

async function shown(id: CaseId, options: JsonOption): Promise<void> {
  await withTemporal(async (temporal) => {
    const found = await casesOf(temporal).find(id);
    if (!found) return refuse(`There is no case ${id}.`);
    print(options, found, () => inFull(found));
  });
}

function inFull({ card, state, cutOff, attention, log, atMobifone }: FoundCase): string[] {
  const { evidence, channel, externalId, purchaseId, package: code, amount } = card;
  const time = (iso: string) => formatLocalTime(new Date(iso));
  const { at: askedAt, ...answers } = atMobifone ?? { at: card.openedAt };
  return [
    `${card.id}: ${state}${cutOff ? ', ended from outside: open it again with `datacode cases reopen`' : ''}`,
    `  purchase ${purchaseId}, order ${externalId} of ${channel}: ${code}, ${amount} VND`,
    `  found: ${foundInWords(evidence)}, ${evidence.atStake} VND at stake; ${withoutNumbers(evidence.detail)}`,
    `  opened ${time(card.openedAt)} by ${card.by}: ${card.why}`,
    ...(attention
      ? [`  needs attention since ${time(attention.since)}: ${withoutNumbers(attention.detail)}`]
      : []),
    ...Object.entries(answers).map(([step, answer]) => `  at MobiFone ${time(askedAt)}: ${step} ${answer}`),
    ...log.map(({ at, what, by }) => `  ${time(at)} ${what}${by === undefined ? '' : `, by ${by}`}`),
  ];
}

async function reopen(id: CaseId, { by, why, ...options }: DecideOptions): Promise<void> {
  await withTemporal(async (temporal) => {
    const result = await casesOf(temporal).reopen(id, { by, why });
    print(options, { id, ...result }, () =>
      result.kind === 'applied' ? [`Open again: ${id}, by ${by}.`] : [],
    );
    if (result.kind === 'not_found') refuse(`There is no case ${id}.`);
    else if (result.kind !== 'applied') refuse(`Refused: ${result.because}.`);
  });
}

async function decide(id: CaseId, request: CaseRequest, options: JsonOption): Promise<void> {
  await withTemporal(async (temporal) => {
    const result = await casesOf(temporal).decide(id, request);
    const done = result.kind === 'applied' ? [`Done: ${request.decision} of ${id}, by ${request.by}.`] : [];
    print(options, { id, decision: request.decision, ...result }, () => done);
    if (result.kind === 'not_found') refuse(`There is no open case ${id}.`);
    else if (result.kind !== 'applied') refuse(`Refused: ${result.because}.`);
  });
}

import type { Client } from '@temporalio/client';
import { Cases, listCases } from '../../client/cases';
import type { ListedCase } from '../../client/listed-case';
import { Operations } from '../../operators/operations';
import { takeSnapshot } from '../../client/purchase-snapshot';
import { purchasePolicy } from '../../runtime/configuration/purchase-policy';
import type { Pair } from '../../reconciliation/comparison';
import { proposalsFor, type LeftAlone, type Proposal } from '../../reconciliation/proposals';
import type { Report } from '../../reconciliation/report';
import { purchaseWorkflowId } from '../../domain/identifiers';
import type { purchase } from '../../workflows/purchase/purchase';
import { ask, canAsk } from '../terminal/ask';
import { CommandFault } from '../terminal/command-fault';
import { say } from '../terminal/output';
import type { Temporal } from '../terminal/temporal';
import { isBlank } from '../../domain/harmless-text';

export interface ApplyOptions {
  apply?: boolean;
  by?: string;
  yes?: boolean;
}

/**
 * @param printed whether a document goes to standard output, where the proposals are printed too
 * @throws CommandFault when --by is missing, or standard output is taken
 */
export function requireWords({ apply, by }: ApplyOptions, printed: boolean): void {
  if (!apply) return;
  if (by === undefined || isBlank(by))
    throw new CommandFault('--apply needs --by, the person who confirms the corrections.');
  if (printed)
    throw new CommandFault('--apply prints its proposals on standard output: give the document a file.');
}

/** Corrects a reconciled day: proposes, asks, and sends what was confirmed. */
export class Applying {
  private readonly pairs = new Map<string, Pair>();

  private constructor(
    private readonly temporal: Temporal,
    private readonly openCases: readonly ListedCase[],
  ) {}

  /** @throws CommandFault without Temporal: an archive is never acted on */
  static async begin(temporal: Temporal | undefined): Promise<Applying> {
    if (!temporal)
      throw new CommandFault('--apply acts on Temporal: leave out --archive, or add --archive-use behind.');
    const openCases: ListedCase[] = [];
    for await (const one of listCases(temporal.client, { open: true })) if (!one.cutOff) openCases.push(one);
    return new Applying(temporal, openCases);
  }

  /** Keeps both sides of each purchase that has an open case. */
  readonly see = (pair: Pair): void => {
    const id = pair.purchaseId;
    if (this.openCases.some(({ card }) => card.purchaseId === id)) this.pairs.set(id, pair);
  };

  /** @returns whether anything that was confirmed was refused */
  async apply(report: Report, { by = '', yes = false }: ApplyOptions): Promise<boolean> {
    const { client, config } = this.temporal;
    const { proposals, leftAlone } = await proposalsFor(report, {
      purchase: async (channel, id) =>
        (await takeSnapshot(client, handleOf(client, purchaseWorkflowId(channel, id))))?.purchase,
      openCases: this.openCases,
      pairs: this.pairs,
    });
    const workflows = {
      operations: new Operations(client),
      cases: new Cases(client, { taskQueue: config.TEMPORAL_TASK_QUEUE, policy: purchasePolicy(config) }),
    };
    say(...badLinesInWords(report));
    for (const left of leftAlone) say(leftInWords(left));
    if (report.unlisted.count > 0)
      say(`nothing is proposed for ${report.unlisted.count} break(s) that the report does not list`);
    if (proposals.length === 0) say('nothing to propose');
    const confirm = yes ? () => Promise.resolve(true) : confirmation();
    let refused = false;
    for (const [at, proposal] of proposals.entries()) {
      say(...inWords(proposal, `${at + 1}/${proposals.length}`));
      if (!(await confirm())) continue;
      const applied = await applyProposal(proposal, by, workflows);
      say(appliedInWords(applied));
      refused ||= applied.kind === 'refused';
    }
    return refused;
  }
}

function handleOf(client: Client, workflowId: string) {
  return client.workflow.getHandle<typeof purchase>(workflowId);
}

/** Asks at a terminal; without one, nothing is changed. */
function confirmation(): () => Promise<boolean> {
  if (!canAsk()) {
    return () => {
      say('  not applied: there is no terminal to ask at; --yes confirms all');
      return Promise.resolve(false);
    };
  }
  return async () => {
    const answer = (await ask('  apply? [y/n]'))?.toLowerCase();
    if (answer === 'y' || answer === 'yes') return true;
    say('  not applied');
    return false;
  };
}

function inWords(
  { purchaseId, externalId, channel, about, atStake, action, why, webUiLink }: Proposal,
  at: string,
): string[] {
  return [
    `proposal ${at}: ${actionInWords(action)}`,
    `  purchase ${purchaseId}, order ${externalId} of ${channel}: ${about}, ${atStake} VND`,
    `  reason: ${why}`,
    ...(webUiLink ? [`  ${webUiLink}`] : []),
  ];
}

function actionInWords(action: Proposal['action']): string {
  switch (action.kind) {
    case 'decide':
      return action.decision;
    case 'open_case':
      return action.subject.kind === 'reversal'
        ? `open a case: reversal of ${action.subject.reference}`
        : 'open a case: make good';
    case 'close_case':
      return `close ${action.id}: ${action.how}`;
  }
}

/** Nothing is proposed that an unusable line could settle, so whoever waits for a proposal must see them. */
function badLinesInWords({ files }: Report): string[] {
  return files.flatMap(({ role, badLines }) =>
    badLines.map(({ line, reason }) => `unusable: ${role}, line ${line}: ${reason}`),
  );
}

function leftInWords({ purchaseId, about, because }: LeftAlone): string {
  return `left alone: ${purchaseId}, ${about}: ${because}`;
}

function appliedInWords(applied: Applied): string {
  return applied.kind === 'done' ? `  done: ${applied.what}` : `  refused: ${applied.because}`;
}

/** The result of a confirmed proposal. */
export type Applied = { kind: 'done'; what: string } | { kind: 'refused'; because: string };

/**
 * Sends a confirmed proposal with its attribution. The workflow decides, and may refuse.
 * @param by the person who confirmed it
 */
export async function applyProposal(
  { action, channel, externalId, why }: Proposal,
  by: string,
  { operations, cases }: { operations: Pick<Operations, 'decide'>; cases: Pick<Cases, 'open' | 'decide'> },
): Promise<Applied> {
  switch (action.kind) {
    case 'decide': {
      const result = await operations.decide(channel, externalId, { decision: action.decision, by, why });
      return outcomeOf(result, `${action.decision} was applied`);
    }
    case 'open_case': {
      const { subject, evidence } = action;
      const opening = await cases.open({ channel, externalId, subject, evidence, by, why });
      switch (opening.kind) {
        case 'opened':
          return { kind: 'done', what: `${opening.id} was opened` };
        case 'known':
          return { kind: 'refused', because: `${opening.id} exists already` };
        case 'refused':
          return opening;
      }
    }
    case 'close_case': {
      const { id, how } = action;
      return outcomeOf(await cases.decide(id, { decision: 'close', how, by, why }), `${id} was closed`);
    }
  }
}

function outcomeOf(result: Awaited<ReturnType<Operations['decide']>>, what: string): Applied {
  switch (result.kind) {
    case 'applied':
      return { kind: 'done', what };
    case 'not_found':
      return { kind: 'refused', because: 'the workflow no longer exists' };
    default:
      return { kind: 'refused', because: result.because };
  }
}

import type { Cases } from '../client/cases';
import type { Operations } from '../operators/operations';
import type { Proposal } from './proposals';

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

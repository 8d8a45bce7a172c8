import type { Client } from '@temporalio/client';
import type { NoticeId } from '../domain/identifiers';
import { DELIVER_NOW_SIGNAL, DELIVER_NOW_UPDATE, noticeWorkflowId } from '../domain/notice/protocol';
import { inPersonsWords } from '../domain/persons-words';
import { historyPayloads } from '../client/history/history-payloads';
import { historyOf, isoOf } from '../client/history/purchase-history';
import { isUnknownWorkflow } from '../client/temporal-answers';

/** Somebody had a notice delivered at once, or once more. */
export interface DeliveryRequest {
  notice: NoticeId;
  /** ISO 8601, UTC. */
  at: string;
  /** The channel's name where it asked itself; null where nobody was named, as by Temporal's own tools. */
  by: string | null;
}

/** Time limit for reading a history, milliseconds. */
const READ_BUDGET_MS = 5_000;

/**
 * Who had notices delivered again, from the histories of their latest deliveries.
 * @throws TemporalUnavailable
 */
export async function deliveryRequests(client: Client, ids: readonly NoticeId[]): Promise<DeliveryRequest[]> {
  return (await Promise.all(ids.map((id) => requestsOf(client, id)))).flat();
}

async function requestsOf(client: Client, notice: NoticeId): Promise<DeliveryRequest[]> {
  const workflowId = noticeWorkflowId(notice);
  const events = await historyOf(client, { workflowId }, READ_BUDGET_MS).catch((fault: unknown) => {
    if (isUnknownWorkflow(fault)) return []; // a refund notice that its purchase delivers
    throw fault;
  });
  const payloads = historyPayloads(client, workflowId);
  const requests = events.map(async (event) => {
    const signaled = event.workflowExecutionSignaledEventAttributes;
    const update = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    const isRequest = signaled?.signalName === DELIVER_NOW_SIGNAL || update?.name === DELIVER_NOW_UPDATE;
    if (!isRequest) return [];
    const given = await payloads.ofSignal(update?.args?.payloads ?? signaled?.input?.payloads);
    return [inPersonsWords({ notice, at: isoOf(event.eventTime), by: nameIn(given) })];
  });
  return (await Promise.all(requests)).flat();
}

function nameIn(given: unknown): string | null {
  const isNamed = typeof given === 'object' && given !== null && 'by' in given;
  return isNamed && typeof given.by === 'string' && given.by !== '' ? given.by : null;
}

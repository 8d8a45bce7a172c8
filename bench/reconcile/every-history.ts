import { defaultPayloadConverter, type Client } from '@temporalio/client';
import type { InternalPurchase, InternalSide } from '../../reconciliation/internal-purchase';
import type { LocalDay } from '../../domain/local-time';
import type { Purchase } from '../../domain/purchase/purchase';
import { PURCHASE_WORKFLOW } from '../../domain/purchase/protocol';
import { SEARCH_ATTRIBUTES } from '../../domain/search-attributes';

/** Histories that are read at once; more make the server no quicker. */
const AT_ONCE = 16;

/** The obvious way: the day's workflows are listed, and each one's history is opened for what became of it. */
export class EveryHistory implements InternalSide {
  constructor(private readonly client: Client) {}

  async *purchasesOf(day: LocalDay): AsyncGenerator<InternalPurchase> {
    const query = `WorkflowType = '${PURCHASE_WORKFLOW}' AND ${SEARCH_ATTRIBUTES.purchaseDay.name} = '${day}'`;
    let waiting: string[] = [];
    for await (const { workflowId } of this.client.workflow.list({ query, pageSize: 1000 })) {
      waiting.push(workflowId);
      if (waiting.length < AT_ONCE) continue;
      yield* await Promise.all(waiting.map((id) => this.read(id, day)));
      waiting = [];
    }
    yield* await Promise.all(waiting.map((id) => this.read(id, day)));
  }

  find(): Promise<undefined> {
    return Promise.resolve(undefined); // on a clean day nothing is looked up
  }

  private async read(workflowId: string, day: LocalDay): Promise<InternalPurchase> {
    const { events } = await this.client.workflow.getHandle(workflowId).fetchHistory();
    const completed = events?.at(-1)?.workflowExecutionCompletedEventAttributes?.result?.payloads?.[0];
    if (!completed) throw new Error(`${workflowId} has not ended: the day is not over`);
    const { order, state } = defaultPayloadConverter.fromPayload<Purchase>(completed);
    return {
      ...order,
      package: order.package.code,
      day,
      state,
      refundNotice: state === 'succeeded' ? 'not_due' : 'due',
      acceptedAt: Date.parse(order.acceptedAt),
      closedAt: Date.parse(order.acceptedAt),
      needsAttention: false,
    };
  }
}

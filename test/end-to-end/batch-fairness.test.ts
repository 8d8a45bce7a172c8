import type { temporal } from '@temporalio/proto';
import type { PaymentForm } from '../../domain/catalogue/packages';
import { EmbeddedStack } from '../support/embedded-stack';
import { until } from '../support/selling';

jest.setTimeout(600_000); // for a machine that is busy with something else

/** So many batches of one channel that each would wait for its turn several times over. */
const FLOOD = 10;
const ROWS_OF_A_FLOOD = 200;
const ROWS_OF_THE_OTHER = 40;

let stack: EmbeddedStack;
beforeAll(async () => void (stack = await EmbeddedStack.start({})));
afterAll(() => stack.end());

async function send(batchId: string, rows: number, form?: PaymentForm): Promise<void> {
  const orders = Array.from({ length: rows }, (_, at) => ({
    externalId: `${batchId}-${at}`,
    msisdn: `0901${String(100_000 + at)}`,
    package: 'D90',
    allowDuplicate: true,
  }));
  const { status } = await stack.api('POST', '/v1/batches', { batchId, orders }, undefined, form);
  if (status !== 201) throw new Error(`the batch was not accepted: ${status}`);
}

/** When the server handed out each part of the batches, and since when that waited; ms. */
function parts(): Promise<{ batch: string; since: number; at: number }[]> {
  return stack.temporal(async ({ workflow }) => {
    const found: { batch: string; since: number; at: number }[] = [];
    for await (const { workflowId: batch } of workflow.list({ query: "WorkflowType = 'batch'" })) {
      const { events = [] } = await workflow.getHandle(batch).fetchHistory();
      for (const event of events ?? []) {
        const started = event.activityTaskStartedEventAttributes;
        const scheduled = events?.find(
          ({ eventId }) => String(eventId) === String(started?.scheduledEventId),
        );
        if (scheduled) found.push({ batch, since: time(scheduled.eventTime), at: time(event.eventTime) });
      }
    }
    return found;
  });
}

const time = (at: temporal.api.history.v1.IHistoryEvent['eventTime']) =>
  Number(at?.seconds ?? 0) * 1000 + (at?.nanos ?? 0) / 1e6;

describe('a channel with many batches', () => {
  it('does not keep another channel’s batch waiting: those that waited before it go after it', async () => {
    for (let sent = 0; sent < FLOOD; sent += 1) await send(`flood-${sent}`, ROWS_OF_A_FLOOD);
    await until(parts, (told) => told.length > 0);
    await send('other', ROWS_OF_THE_OTHER, 'prepaid');
    const isOther = ({ batch }: { batch: string }) => batch.endsWith(':other');
    await until(
      async () => (await stack.api('GET', '/v1/batches/other', undefined, undefined, 'prepaid')).body,
      ({ state }) => state === 'completed',
    );
    const told = await parts();
    const others = told.filter(isOther);
    const before = others.flatMap((part) =>
      told.filter((each) => !isOther(each) && each.at > part.since && each.at < part.at),
    );
    expect(others.length).toBeGreaterThan(0);
    // one may go at the same moment, to the other of the two that a worker has under way
    expect(before.length / others.length).toBeLessThan(2);
  });
});

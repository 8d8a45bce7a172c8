import { eventName, type PurchaseEvent } from '../../domain/purchase/events';
import { eventually } from '../support/eventually';
import { recordHistory } from '../support/histories';
import { type PurchaseLab, purchaseLabs } from '../support/purchase-lab';
import { ScriptedGateway } from '../support/scripted-gateway';

const aLab = purchaseLabs();

/** `1 purchase.accepted`, `3 step.check running`, … */
function told(events: readonly PurchaseEvent[]): string[] {
  return events.map((event) => {
    const name = `${event.sequence} ${eventName(event)}`;
    return event.kind === 'step' ? `${name} ${event.status}` : name;
  });
}

function eventsAfter({ purchases, order }: PurchaseLab, after: number) {
  return purchases.eventsAfter(order.channel, order.externalId, { after, waitMs: 60_000 });
}

/** Asks on from what is known until nothing more will come. */
async function listenToTheEnd(lab: PurchaseLab): Promise<PurchaseEvent[]> {
  const heard: PurchaseEvent[] = [];
  for (;;) {
    const after = heard.at(-1)?.sequence ?? 0;
    const answer = await eventsAfter(lab, after);
    if (answer.kind !== 'told') throw new Error(`the purchase cannot be listened to: ${answer.kind}`);
    heard.push(...answer.events);
    if (answer.over) return heard;
  }
}

describe('the events of a purchase', () => {
  it('tell each state and each step’s beginning and end, in order, without a gap', async () => {
    const gateway = new ScriptedGateway().script('charge', {
      kind: 'refused',
      refusal: 'insufficient_balance',
    });
    const purchase = await aLab(gateway).sell();
    expect(purchase.events.map(({ sequence }) => sequence)).toEqual(purchase.events.map((_, at) => at + 1));
    expect(told(purchase.events).slice(0, 10)).toEqual([
      '1 purchase.accepted',
      '2 purchase.checking',
      '3 step.check running',
      '4 step.check done',
      '5 purchase.registering',
      '6 step.register running',
      '7 step.register done',
      '8 purchase.charging',
      '9 step.charge running',
      '10 step.charge refused',
    ]);
    expect(purchase.events[10]).toMatchObject({ state: 'rolling_back', reason: 'insufficient_balance' });
    expect(told(purchase.events).map((line) => line.replace(/^\d+ /, ''))).toEqual(
      expect.arrayContaining(['step.rollback done', 'step.refund_notice done', 'purchase.rolled_back']),
    );
  });
});

describe('whoever listens to a purchase', () => {
  it('hears all of it, once, held by Temporal in between, and then that it is over', async () => {
    const lab = aLab();
    const charge = lab.gateway.hold('charge');
    await lab.submitted(async () => {
      const listening = listenToTheEnd(lab);
      await charge.arrived;
      charge.release({ kind: 'done' });
      const heard = await listening;
      // In words: a replay may take the end of a local activity for a millisecond earlier or later.
      expect(told(heard)).toEqual(told((await lab.result()).events));
      expect(await eventsAfter(lab, heard.length)).toEqual({ kind: 'told', events: [], over: true });
      await recordHistory('listened-to', lab.handle());
    });
  });

  it('costs the history the same however many listen from the same event on', async () => {
    const lab = aLab();
    const charge = lab.gateway.hold('charge');
    await lab.submitted(async () => {
      await charge.arrived;
      const asked = Promise.all(Array.from({ length: 8 }, () => eventsAfter(lab, 9)));
      await eventually('the update of those who listen', async () => {
        const { events } = await lab.handle().fetchHistory();
        return events?.find((event) => event.workflowExecutionUpdateAcceptedEventAttributes);
      });
      charge.release({ kind: 'done' });
      for (const answer of await asked) {
        expect(answer.kind === 'told' && answer.events[0]).toMatchObject({ sequence: 10, step: 'charge' });
      }
      await lab.result();
    });
    const { events } = await lab.handle().fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toHaveLength(1);
  });

  it('from an event that there is not yet is told so, at no cost to the history', async () => {
    const lab = aLab();
    const charge = lab.gateway.hold('charge');
    await lab.submitted(async () => {
      await charge.arrived;
      for (const after of [10, 4_711]) {
        expect(await eventsAfter(lab, after)).toEqual({ kind: 'beyond' });
      }
      charge.release({ kind: 'done' });
      await lab.result();
    });
    const { events } = await lab.handle().fetchHistory();
    expect(events?.filter((event) => event.workflowExecutionUpdateAcceptedEventAttributes)).toEqual([]);
  });

  it('of a purchase that there is not is told that', async () => {
    expect(await eventsAfter(aLab(), 0)).toEqual({
      kind: 'not_found',
    });
  });
});

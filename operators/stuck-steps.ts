import type { Client } from '@temporalio/client';
import { takeSnapshot } from '../client/purchase-snapshot';
import { PurchaseUnreadable, TemporalUnavailable } from '../client/purchases';
import { purchaseWorkflowId, type ChannelName, type ExternalId } from '../domain/identifiers';
import { statedStep, type PurchaseStep } from '../domain/purchase/steps';
import type { purchase } from '../workflows/purchase/purchase';
import { LatestEntries } from '../runtime/latest-entries';

interface Named {
  channel: ChannelName;
  externalId: ExternalId;
  /** Since when it needs attention: another step has another moment. */
  since: string;
}

interface StuckStep {
  step: PurchaseStep;
  stated: 'charge' | 'rollback';
}

/** Each costs a query; what is left over is read the next time. */
const MOST_AT_ONCE = 20;
const MOST_KEPT = 2_000;

/** At which step purchases are stuck, where the index does not say it: read once for each time that one needs attention. */
export class StuckSteps {
  private readonly known = new LatestEntries<string, StuckStep>(MOST_KEPT);

  constructor(private readonly client: Client) {}

  /** Reads those that are not known yet; one that cannot be read stays unknown. */
  async read(purchases: readonly Named[]): Promise<void> {
    const unknown = purchases.filter((one) => !this.known.has(keyOf(one))).slice(0, MOST_AT_ONCE);
    await Promise.all(unknown.map((one) => this.readOne(one)));
  }

  of(named: Named): StuckStep | undefined {
    return this.known.get(keyOf(named));
  }

  private async readOne(named: Named): Promise<void> {
    const workflowId = purchaseWorkflowId(named.channel, named.externalId);
    const handle = this.client.workflow.getHandle<typeof purchase>(workflowId);
    try {
      const purchase = (await takeSnapshot(this.client, handle))?.purchase;
      const step = purchase?.attention?.step;
      if (step) this.known.set(keyOf(named), { step, stated: statedStep(purchase.steps) });
    } catch (fault) {
      if (!(fault instanceof TemporalUnavailable || fault instanceof PurchaseUnreadable)) throw fault;
    }
  }
}

function keyOf({ channel, externalId, since }: Named): string {
  return `${channel}/${externalId} ${since}`;
}

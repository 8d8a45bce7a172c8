import type { ClaimedOrder, OrderClaim, OrderClaims } from '../../client/order-claims';
import type { ExternalId } from '../../domain/identifiers';

/** Claims of this process alone; the story ends them. */
export class ScriptedOrderClaims implements OrderClaims {
  /** For how long each claim was to hold, ms. */
  readonly asked: number[] = [];
  /** What happens while a claim is made. */
  meanwhile = (): void => undefined;
  private readonly held = new Map<string, ExternalId>();

  async claim(order: ClaimedOrder, holdsMs: number): Promise<OrderClaim> {
    this.asked.push(holdsMs);
    this.meanwhile();
    const sale = `${order.channel} ${order.msisdn} ${order.package}`;
    const holder = this.held.get(sale);
    if (!holder) this.held.set(sale, order.externalId);
    const release = async () => void this.held.delete(sale);
    return { kind: holder ? 'held' : 'granted', by: holder ?? order.externalId, release };
  }

  /** As when their time is over. */
  endAll(): void {
    this.held.clear();
  }
}

import type { CountPlace, SaleCount, SaleCounts } from '../../client/sale-counts';
import { TemporalUnavailable } from '../../client/purchases';
import type { ChannelName } from '../../domain/identifiers';
import type { CountedSale } from '../../domain/purchase/sale-count';

/** Counts of this process alone. */
export class ScriptedSaleCounts implements SaleCounts {
  unavailable = false;
  /** How often a place was wanted or looked at. */
  calls = 0;
  private readonly places = new Map<string, { sale: CountedSale | undefined; by: ChannelName }>();

  async take(count: SaleCount, place: number, sale: CountedSale): Promise<CountPlace | undefined> {
    const id = this.called(count, place);
    if (this.places.has(id)) return undefined;
    this.places.set(id, { sale, by: sale.channel });
    return this.found(id);
  }

  async at(count: SaleCount, place: number): Promise<CountPlace | undefined> {
    return this.found(this.called(count, place));
  }

  async underEarlierKeys(): Promise<CountPlace[]> {
    return [];
  }

  /** What is counted, by count. */
  counted(): string[] {
    return [...this.places].flatMap(([id, { sale }]) => (sale ? [`${id} ${sale.externalId}`] : []));
  }

  private called({ of, msisdn, day }: SaleCount, place: number): string {
    if (this.unavailable) throw new TemporalUnavailable('Temporal did not respond');
    this.calls += 1;
    return `${of ?? 'all channels'} ${day} ${msisdn} ${place}`;
  }

  private found(id: string): CountPlace | undefined {
    const held = this.places.get(id);
    return held && { sale: held.sale, by: held.by, release: async () => void (held.sale = undefined) };
  }
}

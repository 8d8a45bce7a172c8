import type { ChannelStatements, StatedPurchase, StatementPage } from '../../client/channel-statements';
import { TemporalUnavailable } from '../../client/purchases';
import type { ChannelName } from '../../domain/identifiers';

/** What statements are read from, as data. */
export class ScriptedStatements implements ChannelStatements {
  /** By day, the pages of its purchases. */
  readonly days = new Map<string, StatementPage[]>();
  /** The day on which Temporal stops to answer. */
  silentOn: string | undefined;
  retention: number | undefined;
  /** Each page is read then. */
  ready: Promise<unknown> = Promise.resolve();
  readonly asked: string[] = [];
  underWay = 0;
  mostUnderWay = 0;

  async *purchasesOf(channel: ChannelName, day: string): AsyncGenerator<StatementPage> {
    this.asked.push(`${channel} ${day}`);
    this.underWay += 1;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    try {
      await this.ready;
      if (day === this.silentOn) throw new TemporalUnavailable('Temporal did not respond');
      yield* this.days.get(day) ?? [];
    } finally {
      this.underWay -= 1;
    }
  }

  async retentionMs(): Promise<number | undefined> {
    return this.retention;
  }

  sell(day: string, ...purchases: StatedPurchase[]): void {
    this.days.set(day, [...(this.days.get(day) ?? []), { purchases, unreadable: 0 }]);
  }
}

import type { Logger } from 'pino';
import type { BilingualText } from '../domain/bilingual';
import type { DiscountRule } from '../domain/catalogue/discount';
import { SaleRefused } from './sale-refused';

/** What is answered then. */
export const NO_PRICES: BilingualText = {
  en: 'The clock of this server is wrong, so prices cannot be determined. Nothing was sold.',
  vi: 'Đồng hồ của máy chủ này bị sai nên chưa thể xác định giá. Chưa có giao dịch nào được thực hiện.',
};
/** Seconds after which somebody may have set the clock. */
const RETRY_AFTER_SECONDS = 60;
/** However many ask, the fault is logged once in this time, milliseconds. */
const LOG_EVERY_MS = 60_000;

/**
 * Whether this machine's clock can be right as far as prices tell: before the first discount rule every discount would be
 * 0, and channels would be charged more than was agreed, without anybody noticing.
 */
export class PriceClock {
  /** When the first rule came into force; nothing where there is no rule. */
  private readonly begin: Date | undefined;
  private loggedAt = -Infinity;

  constructor(
    rules: readonly DiscountRule[],
    private readonly logger: Pick<Logger, 'error'>,
  ) {
    this.begin = rules.map(({ from }) => from).toSorted((one, other) => one.getTime() - other.getTime())[0];
  }

  hasPrices(at: Date): boolean {
    return this.begin === undefined || at >= this.begin;
  }

  /** @throws SaleRefused `temporarily_unavailable` when there is no price at this moment */
  requirePrices(at: Date): void {
    if (this.begin === undefined || this.hasPrices(at)) return;
    this.log({ clock: at.toISOString(), firstRuleFrom: this.begin.toISOString() });
    throw new SaleRefused('temporarily_unavailable', NO_PRICES, { retryAfterSeconds: RETRY_AFTER_SECONDS });
  }

  private log(facts: object): void {
    if (performance.now() - this.loggedAt < LOG_EVERY_MS) return;
    this.loggedAt = performance.now();
    this.logger.error(
      { event: 'clock.before_discounts', ...facts },
      'sales are stopped: the clock of this machine is before the first discount rule; correct the clock, or add the discount rule that applies now',
    );
  }
}

import type { Channel } from '../channel/registry';
import type { CurrentBlocks } from '../client/blocks';
import type { CurrentPauses } from '../client/current-pauses';
import type { BilingualText } from '../domain/bilingual';
import { FIELD_FAULTS } from '../domain/field-faults';
import { pauseOf, type Pause, type PauseScope } from '../domain/control';
import type { Msisdn } from '../domain/msisdn';
import type { PackageCode } from '../domain/catalogue/packages';
import type { NoOffer, Offer, Offers } from './offers';
import { SaleRefused } from './sale-refused';

/** Seconds after which an order that was paused is worth sending again: not known better, and at the extremes. */
const RETRY_AFTER_SECONDS = { unknown: 60, min: 1, max: 3_600 } as const;

/** What a channel is told is paused; never who paused it, why, or whom else it strikes. */
const PAUSED: Record<PauseScope['kind'], BilingualText> = {
  all: { en: 'All sales are paused.', vi: 'Đang tạm dừng bán tất cả các gói.' },
  channel: { en: 'Sales through your channel are paused.', vi: 'Đang tạm dừng bán qua kênh của bạn.' },
  package: { en: 'Sales of this package are paused.', vi: 'Gói này đang tạm dừng bán.' },
};
const WHAT_THEN: BilingualText = {
  en: 'Nothing was sold. Send the same order again after "Retry-After" seconds, or ask our operators.',
  vi: 'Chưa có giao dịch nào được thực hiện. Gửi lại đúng đơn hàng sau "Retry-After" giây, hoặc hỏi bộ phận vận hành của chúng tôi.',
};

/** What may be sold at this moment: offers of the catalogue whose sale nobody has paused, to numbers that nobody has blocked. */
export class SalesGate {
  constructor(
    private readonly offers: Offers,
    private readonly pauses: CurrentPauses,
    private readonly blocks: CurrentBlocks,
  ) {}

  /**
   * A package at its current price, for a number.
   * @throws SaleRefused `number_blocked`, and what `find` throws
   * @throws TemporalUnavailable when it is not known what is paused or blocked
   */
  async findFor(msisdn: Msisdn, code: PackageCode, channel: Channel, at: Date): Promise<Offer> {
    const [offer, isBlocked] = await Promise.all([this.find(code, channel, at), this.blocks.has(msisdn)]);
    if (isBlocked) throw new SaleRefused('number_blocked');
    return offer;
  }

  /**
   * A package at its current price.
   * @throws SaleRefused `package_not_available`, `sales_paused`, or `temporarily_unavailable` when there are no prices
   * @throws TemporalUnavailable when it is not known what is paused
   */
  async find(code: PackageCode, channel: Channel, at: Date): Promise<Offer> {
    const offer = this.offers.find(code, channel, at);
    if ('fault' in offer) throw notAvailable(offer);
    const pause = pauseOf(await this.pauses.now(), { channel: channel.name, package: code }, at);
    if (pause) throw paused(pause, at);
    return offer;
  }

  /**
   * What the channel could buy, had nobody paused anything, in the catalogue's order: each with the pause that keeps it
   * from being sold.
   * @throws SaleRefused `temporarily_unavailable` when there are no prices
   * @throws TemporalUnavailable when it is not known what is paused
   */
  async list(channel: Channel, at: Date): Promise<{ offer: Offer; pause: Pause | undefined }[]> {
    const offers = this.offers.list(channel, at);
    const pauses = await this.pauses.now();
    return offers.map((offer) => ({
      offer,
      pause: pauseOf(pauses, { channel: channel.name, package: offer.package.code }, at),
    }));
  }
}

function notAvailable({ fault }: NoOffer): SaleRefused {
  const detail = FIELD_FAULTS[fault];
  return new SaleRefused('package_not_available', detail, {
    errors: [{ pointer: '/package', code: fault, detail }],
  });
}

function paused({ scope, until }: Pause, at: Date): SaleRefused {
  const seconds =
    until === undefined ? RETRY_AFTER_SECONDS.unknown : (Date.parse(until) - at.getTime()) / 1000;
  const retryAfterSeconds = Math.min(
    RETRY_AFTER_SECONDS.max,
    Math.max(RETRY_AFTER_SECONDS.min, Math.ceil(seconds)),
  );
  const what = PAUSED[scope.kind];
  const detail = { en: `${what.en} ${WHAT_THEN.en}`, vi: `${what.vi} ${WHAT_THEN.vi}` };
  return new SaleRefused('sales_paused', detail, { retryAfterSeconds });
}

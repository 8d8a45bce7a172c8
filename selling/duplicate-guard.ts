import type { Channel } from '../channel/registry';
import type { OrderClaim, OrderClaims } from '../client/order-claims';
import { PurchaseUnreadable, type Purchases } from '../client/purchases';
import type { ExternalId } from '../domain/identifiers';
import type { Purchase } from '../domain/purchase/purchase';
import type { PurchaseRequest } from './order';
import { SaleRefused } from './sale-refused';

/** After so many claims that sold nothing the order is refused for the moment; more cannot be a customer's tries. */
const MAX_RELEASES = 5;

/**
 * Notices the same sale under two order ids: number, package and channel are the same, within the time that is
 * configured. See docs/decisions/0045-a-sale-is-claimed.md.
 */
export class DuplicateGuard {
  /** By channel and order, the looks at purchases that hold a claim. */
  private readonly looks = new Map<string, Promise<Purchase | undefined>>();

  /** @param windowMs for channels without a time of their own; 0: off */
  constructor(
    private readonly claims: OrderClaims,
    private readonly purchases: Pick<Purchases, 'find'>,
    private readonly windowMs: number,
  ) {}

  /**
   * Claims the sale for an order.
   * @param namesOther whether whoever asks is told which order it was; a key that may only submit cannot look up orders
   * @returns the claim, to be released when the order turns out to sell nothing new; nothing where none was made
   * @throws SaleRefused `possible_duplicate`
   */
  async admit(
    channel: Channel,
    wanted: PurchaseRequest,
    namesOther: boolean,
  ): Promise<OrderClaim | undefined> {
    const seconds = channel.limits?.duplicateWindowSeconds;
    const windowMs = seconds === undefined ? this.windowMs : seconds * 1000;
    if (windowMs === 0) return undefined;
    for (let releases = 0; ; releases += 1) {
      const claim = await this.claims.claim({ channel: channel.name, ...wanted }, windowMs);
      if (claim.kind === 'granted') return claim;
      if (claim.by === wanted.externalId || wanted.allowDuplicate) return undefined;
      const other = await this.holder(channel, claim.by);
      const mayBeSold = !other?.outcome || other.outcome === 'succeeded';
      if (mayBeSold || releases === MAX_RELEASES)
        throw namesOther ? possibleDuplicate(claim.by, other) : unnamedDuplicate();
      await claim.release();
    }
  }

  /** Looked for once for all rivals of this moment. */
  private holder(channel: Channel, externalId: ExternalId): Promise<Purchase | undefined> {
    const id = `${channel.name}:${externalId}`;
    const look = this.looks.get(id) ?? this.look(channel, externalId).finally(() => this.looks.delete(id));
    this.looks.set(id, look);
    return look;
  }

  /** Nothing while its order is only being accepted, or cannot be read. */
  private async look(channel: Channel, externalId: ExternalId): Promise<Purchase | undefined> {
    try {
      return await this.purchases.find(channel.name, externalId, 0);
    } catch (fault) {
      if (fault instanceof PurchaseUnreadable) return undefined;
      throw fault;
    }
  }
}

function possibleDuplicate(externalId: ExternalId, other: Purchase | undefined): SaleRefused {
  return new SaleRefused(
    'possible_duplicate',
    {
      en: `Your order ${externalId} is for the same number and package. If it is the same sale, use that order. If your customer wants the package twice, send this order again with "allowDuplicate": true. Nothing new was sold.`,
      vi: `Đơn hàng ${externalId} của bạn có cùng số thuê bao và gói. Nếu là cùng một lần bán, hãy dùng đơn đó. Nếu khách muốn mua gói hai lần, gửi lại đơn này với "allowDuplicate": true. Không có giao dịch mới.`,
    },
    {
      duplicateOf: {
        externalId,
        state: other?.state ?? null,
        createdAt: other?.order.acceptedAt ?? null,
      },
    },
  );
}

function unnamedDuplicate(): SaleRefused {
  return new SaleRefused('possible_duplicate', {
    en: `An order of yours is for the same number and package. Ask your customer. If the package is wanted twice, send this order again with "allowDuplicate": true. A key with the scope "read" is told which order it is. Nothing new was sold.`,
    vi: `Một đơn hàng của bạn có cùng số thuê bao và gói. Hãy hỏi lại khách. Nếu khách muốn mua hai lần, gửi lại đơn này với "allowDuplicate": true. Khóa có quyền "read" được biết đó là đơn nào. Không có giao dịch mới.`,
  });
}

import { makeLoad } from '../../bench/load';

/** A shop whose answers the test gives. */
class Shop {
  underWay = 0;
  most = 0;
  sold = 0;

  readonly sell = async (): Promise<string> => {
    this.underWay += 1;
    this.most = Math.max(this.most, this.underWay);
    await new Promise(setImmediate);
    this.underWay -= 1;
    this.sold += 1;
    return `purchase-${this.sold}`;
  };
}

describe('a load of customers who order again as soon as they are answered', () => {
  it('keeps as many orders under way as it has customers, and never more', async () => {
    const shop = new Shop();
    const { sold } = await makeLoad(shop.sell, { atOnce: 7, seconds: Infinity, most: 100 });
    expect(shop.most).toBe(7);
    expect(sold).toHaveLength(100);
  });

  it('lets each customer buy once however short it is, and counts every order that was begun', async () => {
    const shop = new Shop();
    const { sold, seconds, perSecond } = await makeLoad(shop.sell, { atOnce: 20, seconds: 0 });
    expect(new Set(sold.map(({ workflowId }) => workflowId)).size).toBe(20);
    expect(perSecond).toBeCloseTo(20 / seconds);
  });

  it('tells when each order was sent, by the clock of the wall', async () => {
    const before = Date.now();
    const { sold } = await makeLoad(new Shop().sell, { atOnce: 1, seconds: 0 });
    expect(sold[0]?.sentAt).toBeGreaterThan(before - 1000);
    expect(sold[0]?.sentAt).toBeLessThan(Date.now() + 1000);
  });

  it('ends with the fault of an order, when all others that are under way are over', async () => {
    const shop = new Shop();
    let count = 0;
    const failing = () => {
      count += 1;
      return count === 5 ? Promise.reject(new Error('out of stock')) : shop.sell();
    };
    await expect(makeLoad(failing, { atOnce: 3, seconds: Infinity })).rejects.toThrow('out of stock');
    expect(shop.underWay).toBe(0);
    expect(count).toBeLessThan(10);
  });
});

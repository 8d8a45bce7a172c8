import { Shop } from './shop';

const CALLERS = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
const MADE = /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/;

let shop: Shop;
beforeEach(() => (shop = new Shop()));

async function keptOf(given: string | undefined): Promise<string | undefined> {
  const request = shop.buy({ externalId: `order-${shop.purchases.orders.length + 1}` });
  await (given === undefined ? request : request.set('traceparent', given));
  return shop.purchases.orders.at(-1)?.traceparent;
}

describe('the trace of a request', () => {
  it('is the caller’s, kept with the order and on the request’s line in the log', async () => {
    expect(await keptOf(CALLERS)).toBe(CALLERS);
    expect(JSON.parse(shop.lines.at(-1) ?? '')).toMatchObject({
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
      purchaseId: shop.purchases.orders[0]?.purchaseId,
    });
  });

  it('is begun where there is none, another for each request', async () => {
    const [one, other] = [await keptOf(undefined), await keptOf(undefined)];
    expect(one).toMatch(MADE);
    expect(other).toMatch(MADE);
    expect(one).not.toBe(other);
  });

  it.each([
    ['of another version', CALLERS.replace(/^00/, '01')],
    ['without a trace', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`],
    ['without a parent', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0'.repeat(16)}-01`],
    ['in capitals', CALLERS.toUpperCase()],
    ['with more after it', `${CALLERS}-more`],
    ['that holds a subscriber’s number', '00-aaaaaaaaaaaaaaaaaaaa84901234567a-00f067aa0ba902b7-01'],
    ['that is a number after zeros', `00-${'84901234567'.padStart(32, '0')}-00f067aa0ba902b7-01`],
    ['that is a number before zeros', `00-${'84912345988'.padEnd(32, '0')}-00f067aa0ba902b7-01`],
    ['whose parent is one', `00-4bf92f3577b34da6a3ce929d0e0e4736-${'0912345988'.padEnd(16, '0')}-01`],
    ['that is no trace at all', 'hello'],
  ])('is begun anew for a caller’s %s', async (_what, given) => {
    const kept = await keptOf(given);
    expect(kept).toMatch(MADE);
    expect(kept).not.toContain(given.slice(3, 35));
  });
});

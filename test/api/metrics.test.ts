import { KEYS, Shop } from './shop';

let shop: Shop;
beforeEach(() => (shop = new Shop()));

/** The lines of one metric, without those of its buckets. */
async function told(name: string): Promise<string[]> {
  const text = await shop.metrics.registry.metrics();
  return text.split('\n').filter((line) => line.startsWith(name) && !line.includes('_bucket'));
}

describe('what an API process counts', () => {
  it('is requests by the template of their route, never by an id or a number', async () => {
    await shop.buy();
    await shop.get('/v1/purchases/order-1');
    await shop.get('/v1/purchases/0901234567');
    await shop.get('/nowhere/84901234567', null);
    expect(await told('datacode_http_request_seconds_count')).toEqual([
      'datacode_http_request_seconds_count{method="POST",route="/v1/purchases",status="201"} 1',
      'datacode_http_request_seconds_count{method="GET",route="/v1/purchases/:externalId",status="200"} 1',
      'datacode_http_request_seconds_count{method="GET",route="/v1/purchases/:externalId",status="404"} 1',
      'datacode_http_request_seconds_count{method="GET",route="none",status="404"} 1',
    ]);
    expect(await shop.metrics.registry.metrics()).not.toMatch(/order-1|901234567|pur_/);
  });

  it('is orders by what became of them, for each channel', async () => {
    await shop.buy();
    await shop.buy();
    await shop.buy({ package: 'D30' });
    await shop.buy({}, KEYS.prepaid);
    shop.purchases.unavailable = true;
    await shop.buy({ externalId: 'order-2' });
    expect(await told('datacode_submissions_total')).toEqual([
      'datacode_submissions_total{channel="shop",result="accepted"} 1',
      'datacode_submissions_total{channel="shop",result="repeated"} 1',
      'datacode_submissions_total{channel="shop",result="conflict"} 1',
      'datacode_submissions_total{channel="prepaid",result="accepted"} 1',
      'datacode_submissions_total{channel="shop",result="unavailable"} 1',
    ]);
  });

  it('is each file whose newest version is not in use, from the start', async () => {
    shop.metrics.follows('channels', false);
    expect(await told('datacode_file_not_followed')).toEqual([
      'datacode_file_not_followed{file="channels"} 1',
      'datacode_file_not_followed{file="keys"} 0',
    ]);
    shop.metrics.follows('channels', true);
    expect(await told('datacode_file_not_followed')).toContain(
      'datacode_file_not_followed{file="channels"} 0',
    );
  });

  it('is problems by their code, of a channel where one is known', async () => {
    await shop.buy({ msisdn: 'nobody' });
    await shop.buy({}, 'dck_test_stranger');
    expect(await told('datacode_problems_total')).toEqual([
      'datacode_problems_total{code="invalid_request",channel="shop"} 1',
      'datacode_problems_total{code="unauthenticated",channel="none"} 1',
    ]);
  });

  it('is what is under way: a stream as long as it has a reader, and nothing once all is answered', async () => {
    await shop.buy();
    shop.purchases.stillToCome.push(async () => {
      expect(await told('datacode_event_streams')).toEqual(['datacode_event_streams 1']);
      expect(await told('datacode_http_requests_in_flight')).toEqual(['datacode_http_requests_in_flight 1']);
      expect(await told('datacode_channel_load')).toContain(
        'datacode_channel_load{channel="shop",kind="stream"} 1',
      );
      return [{ sequence: 2, at: '2026-11-24T03:05:01.000Z', kind: 'state', state: 'checking' }];
    });
    await shop.get('/v1/purchases/order-1/events').set('Accept', 'text/event-stream').buffer(true);
    expect((await told('datacode_channel_load')).toSorted()).toEqual([
      'datacode_channel_load{channel="shop",kind="queued"} 0',
      'datacode_channel_load{channel="shop",kind="stream"} 0',
      'datacode_channel_load{channel="shop",kind="working"} 0',
    ]);
    expect(await told('datacode_event_streams')).toEqual(['datacode_event_streams 0']);
    expect(await told('datacode_http_requests_in_flight')).toEqual(['datacode_http_requests_in_flight 0']);
  });
});

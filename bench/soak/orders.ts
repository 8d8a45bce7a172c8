import type { DemoChannel } from '../../sandbox/demo-channels';
import { ApiCaller } from '../api-caller';
import { nextOrder, PACKAGE } from '../orders';

/** One order in so many does not end in a sale, as docs/sizing.md assumes: its charge is refused and its channel told. */
const ONE_REFUSED_IN = 10;
const REFUSED_AT_CHARGE = '0900000402';

/**
 * The orders of a soak, as a channel sends them: the answer is held until the outcome is known.
 * @returns what sells the n-th order; it throws when the outcome is another than that order's own
 */
export function soakOrders(apiUrl: string, channel: DemoChannel): (at: number) => Promise<void> {
  const caller = new ApiCaller(apiUrl, channel.apiKey);
  const prefer = 'wait=30';
  return async (at) => {
    const isRefused = at % ONE_REFUSED_IN === ONE_REFUSED_IN - 1;
    const { externalId, msisdn } = nextOrder();
    const subscriber = isRefused ? { msisdn: REFUSED_AT_CHARGE, allowDuplicate: true } : { msisdn };
    const order = { externalId, package: PACKAGE, ...subscriber };
    let answer = await caller.post('/v1/purchases', order, { prefer });
    while (answer['outcome'] === null) answer = await caller.get(`/v1/purchases/${externalId}`, { prefer });
    const expected = isRefused ? 'rolled_back' : 'succeeded';
    if (answer['outcome'] !== expected) {
      throw new Error(
        `order ${externalId} ended as ${JSON.stringify(answer['outcome'])}, not as ${expected}`,
      );
    }
  };
}

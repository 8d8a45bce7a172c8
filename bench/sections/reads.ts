import autocannon from 'autocannon';
import { measure } from '../measure';
import type { Stack } from '../lab/stack';
import type { Section } from './section';

/** How many reads a second the API answers while nothing is bought. */
export interface ReadFigures {
  purchasesPerSecond: number;
  /** `GET /v1/purchases/{externalId}` of purchases that are over, by Temporal. */
  purchaseReadsPerSecond: number;
  /** `GET /v1/packages`, by the API alone. */
  packageReadsPerSecond: number;
  /** Reads of packages for each purchase. */
  apiAloneVsPurchases: number;
  /** Reads of purchases for each purchase. */
  purchaseReadsVsPurchases: number;
}

const SECONDS = 10;
const CONNECTIONS = 50;

/** What reading costs, against buying, on the same API. */
export const reads: Section<ReadFigures> = {
  title: 'Reads: the API alone, and purchases read through it, against the rate of purchases',
  stacks: [{ kind: 'tuned', saga: true }],
  async run(lab, _settings, say) {
    const stack = lab.stack('tuned');
    await measure(lab, 'sagaByApi', 'tuned', { atOnce: 10, seconds: 2 }); // warm-up
    const bought = await measure(lab, 'sagaByApi', 'tuned', { atOnce: CONNECTIONS, seconds: SECONDS });
    const addresses = bought.workflowIds.map((id) => `/v1/purchases/${id.slice(id.lastIndexOf(':') + 1)}`);
    const purchaseReads = await lab.watched(readsASecond(stack, addresses));
    const packageReads = await lab.watched(readsASecond(stack, ['/v1/packages']));
    say(
      `${bought.perSecond.toFixed(1)} purchases, ${purchaseReads} reads of them, ${packageReads} of packages a second`,
    );
    return {
      purchasesPerSecond: bought.perSecond,
      purchaseReadsPerSecond: purchaseReads,
      packageReadsPerSecond: packageReads,
      apiAloneVsPurchases: packageReads / bought.perSecond,
      purchaseReadsVsPurchases: purchaseReads / bought.perSecond,
    };
  },
};

/** @throws Error when an answer was no 2xx */
async function readsASecond(stack: Stack, addresses: readonly string[]): Promise<number> {
  const result = await autocannon({
    url: stack.apiUrl,
    connections: CONNECTIONS,
    duration: SECONDS,
    headers: { authorization: `Bearer ${stack.channel.apiKey}` },
    requests: addresses.map((address) => ({ path: address })),
  });
  if (result.non2xx + result.errors > 0) {
    throw new Error(`${result.non2xx + result.errors} reads of ${addresses[0] ?? ''} were not answered well`);
  }
  return result.requests.average;
}

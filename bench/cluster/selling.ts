import { randomBytes } from 'node:crypto';
import { DEMO, type DemoChannel } from '../../scripts/demo-channel';

/** One purchase that was answered with its outcome. */
export interface Sold {
  externalId: string;
  milliseconds: number;
}

export interface Sale {
  sold: Sold[];
  seconds: number;
}

/** A request is held so long, seconds, and repeated after it. */
const WAIT_SECONDS = 30;

/**
 * Sells so many purchases through the APIs in turn, so many of them at once, each waited for until its outcome.
 * @throws Error when one is answered with anything but success, or not at all
 */
export async function sell(
  apis: readonly string[],
  channel: Pick<DemoChannel, 'apiKey'>,
  { purchases, atOnce }: { purchases: number; atOnce: number },
): Promise<Sale> {
  const run = randomBytes(4).toString('hex');
  const sold: Sold[] = [];
  const startedAt = performance.now();
  let begun = 0;
  const customer = async (): Promise<void> => {
    while (begun < purchases) {
      const number = begun++;
      const externalId = `bench-${run}-${number}`;
      const sentAt = performance.now();
      await outcomeOf(`${apis[number % apis.length]}`, channel.apiKey, externalId);
      sold.push({ externalId, milliseconds: performance.now() - sentAt });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, customer));
  return { sold, seconds: (performance.now() - startedAt) / 1000 };
}

async function outcomeOf(api: string, key: string, externalId: string): Promise<void> {
  for (;;) {
    const response = await fetch(`${api}/v1/purchases`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        prefer: `wait=${WAIT_SECONDS}`,
      },
      body: JSON.stringify({ externalId, msisdn: DEMO.succeeds, package: DEMO.package }),
    });
    const body = (await response.json()) as Record<string, unknown>; // the API answers objects only
    if (body['outcome'] === 'succeeded') return;
    // not over yet, or "not now": the same again, as a channel does
    const isPending = response.ok && body['outcome'] === null;
    if (!isPending && response.status !== 503) {
      throw new Error(`${externalId} was answered ${response.status} ${JSON.stringify(body)}`);
    }
  }
}

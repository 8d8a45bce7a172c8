import { randomBytes } from 'node:crypto';
import { channelName, externalId, purchaseWorkflowId, type ExternalId } from '../../domain/identifiers';
import { DEMO, type DemoChannel } from '../../scripts/demo-channel';
import { makeLoad, type Sales } from '../load';

/** A request is held so long, seconds, and repeated after it. */
const WAIT_SECONDS = 30;

/**
 * Sells so many purchases through the APIs in turn, so many of them at once, each waited for until its outcome.
 * @throws Error when one is answered with anything but success, or not at all
 */
export function sell(
  apis: readonly string[],
  { name, apiKey }: Pick<DemoChannel, 'name' | 'apiKey'>,
  { purchases, atOnce }: { purchases: number; atOnce: number },
): Promise<Sales> {
  const run = randomBytes(4).toString('hex');
  let count = 0;
  const next = async (): Promise<string> => {
    const number = count++;
    const id = externalId(`bench-${run}-${number}`);
    await outcomeOf(`${apis[number % apis.length]}`, apiKey, id);
    return purchaseWorkflowId(channelName(name), id);
  };
  return makeLoad(next, { atOnce, seconds: Infinity, most: purchases });
}

async function outcomeOf(api: string, key: string, externalId: ExternalId): Promise<void> {
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

import { ApiCaller } from '../api-caller';
import { nextOrder, PACKAGE } from '../orders';
import { percentiles, type Percentiles } from '../percentiles';

/** What another channel feels: until its order is accepted, without a wait, and until it has the packages. */
export interface OtherChannelFigures {
  orders: Percentiles;
  reads: Percentiles;
}

const SECONDS = 10;

/** Orders and reads by turns, one at a time; prints the figures. */
async function main(): Promise<void> {
  const { OTHER_CHANNEL_API_URL: url = '', OTHER_CHANNEL_API_KEY: key = '' } = process.env;
  const caller = new ApiCaller(url, key);
  const orders: number[] = [];
  const reads: number[] = [];
  const end = performance.now() + SECONDS * 1000;
  while (performance.now() < end) {
    orders.push(await timed(() => caller.post('/v1/purchases', { ...nextOrder(), package: PACKAGE }, {})));
    reads.push(await timed(() => caller.get('/v1/packages', {})));
  }
  const figures: OtherChannelFigures = { orders: percentiles(orders), reads: percentiles(reads) };
  process.stdout.write(JSON.stringify(figures));
  process.exit(); // its kept connections would hold it
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await call();
  return performance.now() - began;
}

void main();

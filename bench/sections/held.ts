import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { ApiCaller } from '../api-caller';
import { usageOf } from '../lab/processes';
import type { Stack } from '../lab/stack';
import { nextOrder, PACKAGE } from '../orders';
import type { Percentiles } from '../percentiles';
import type { OtherChannelFigures } from './other-channel-entry';
import type { Section } from './section';

/** What another channel feels of answers that one API process holds. */
export interface HeldFigures {
  held: number;
  /** The purchases that they wait for. */
  purchases: number;
  /** Until another channel's order is accepted, one at a time, without and with them. */
  orderMs: { without: Percentiles; with: Percentiles };
  /** Until another channel has the packages. */
  readMs: { without: Percentiles; with: Percentiles };
  apiMemoryBytes: { without: number; with: number };
}

const HELD = 10_000;
const PURCHASES = 50;
/** How many begin to wait at once. */
const AT_ONCE = 250;
/** Longer than the first attempt's limit and shorter than a call's: the purchases last for most of the wait. */
const GATEWAY_MS = 9_000;
const LOOK_EVERY_MS = 100;

/** No limit of ours may be what is measured. */
const UNLIMITED = {
  API_STREAMS: `${2 * HELD}`,
  API_CHANNEL_STREAMS: `${2 * HELD}`,
  API_CONCURRENCY: `${2 * HELD}`,
};

/** Held answers, many for each purchase; the other channel does not wait. */
export const held: Section<HeldFigures> = {
  title: `Held answers: another channel's latency while ${HELD} answers are held by one API process`,
  stacks: [{ kind: 'tuned', saga: true, environment: UNLIMITED }],
  async run(lab, _settings, say) {
    const stack = lab.stack('tuned');
    const [own, other] = stack.channels;
    if (!own || !other) throw new Error('the bench needs two channels');
    const mine = new ApiCaller(stack.apiUrl, own.apiKey);
    const measured = () => lab.watched(latencies(stack, other.apiKey));
    await measured(); // warm-up
    await lab.gateway.order({ delayMs: GATEWAY_MS });
    const without = { ...(await measured()), memory: memoryOf(stack) };
    const ids = await Promise.all(
      Array.from({ length: PURCHASES }, async () => {
        const order = nextOrder();
        await mine.post('/v1/purchases', { ...order, package: PACKAGE }, {});
        return order.externalId;
      }),
    );
    const answers: Promise<Record<string, unknown>>[] = [];
    let ended = 0;
    while (answers.length < HELD) {
      for (let more = 0; more < AT_ONCE; more += 1) {
        const answer = mine.get(`/v1/purchases/${ids[more % PURCHASES] ?? ''}`, { prefer: 'wait=30' });
        answer.catch(() => undefined).finally(() => (ended += 1)); // a failure is told when all are awaited
        answers.push(answer);
      }
      await lab.watched(until(() => ended > 0 || descriptorsOf(stack) >= answers.length));
      if (ended > 0) throw new Error(`an answer came before ${HELD} were held: the machine is too busy`);
    }
    const under = { ...(await measured()), memory: memoryOf(stack) };
    await lab.gateway.order({});
    const told = await Promise.all(answers);
    say(`${told.filter(({ outcome }) => outcome === 'succeeded').length} of ${HELD} were told the outcome`);
    return {
      held: HELD,
      purchases: PURCHASES,
      orderMs: { without: without.orders, with: under.orders },
      readMs: { without: without.reads, with: under.reads },
      apiMemoryBytes: { without: without.memory, with: under.memory },
    };
  },
};

/** What the other channel feels, as a process of its own measures it: this one is busy with what it waits for. */
async function latencies(stack: Stack, apiKey: string): Promise<OtherChannelFigures> {
  const environment = { ...process.env, OTHER_CHANNEL_API_URL: stack.apiUrl, OTHER_CHANNEL_API_KEY: apiKey };
  const entry = typescriptEntry(path.join(__dirname, 'other-channel-entry.ts'));
  const { stdout } = await promisify(execFile)(process.execPath, entry, { env: environment });
  return JSON.parse(stdout) as OtherChannelFigures; // printed by our own process
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await pause(LOOK_EVERY_MS);
}

function apiPid(stack: Stack): number {
  return stack.processes.find(({ role }) => role === 'api')?.pid ?? -1;
}

function descriptorsOf(stack: Stack): number {
  return readdirSync(`/proc/${apiPid(stack)}/fd`).length;
}

function memoryOf(stack: Stack): number {
  return usageOf(apiPid(stack)).memoryBytes;
}

import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { channelsFile } from '../../config';
import { describeKey, newChannelKey } from '../../channel/key';
import { registryFileSchema } from '../../channel/registry-file';
import { channelName } from '../../domain/identifiers';
import { descriptorLimit } from '../../runtime/descriptors';
import { readJsonFile, writeJsonFile } from '../../runtime/json-file';
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
/** Channels that wait: one may hold half of what a process holds in all, and that is half of its file descriptors. */
const HOLDERS = ['holder-1', 'holder-2'] as const;
const DESCRIPTORS = 2 * HELD;
/** How many begin to wait at once. */
const AT_ONCE = 250;
/** Longer than any call may take: no purchase has an outcome until the gateway is told to be quick again. */
const GATEWAY_MS = 120_000;
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
    const limit = (await descriptorLimit()) ?? Infinity;
    if (limit < DESCRIPTORS) {
      throw new Error(`${DESCRIPTORS} file descriptors are needed, and ${limit} are allowed: ulimit -n`);
    }
    const holders = await addHolders(stack);
    const measured = () => lab.watched(latencies(stack));
    await measured(); // warm-up
    await lab.gateway.order({ delayMs: GATEWAY_MS });
    const without = { ...(await measured()), memory: memoryOf(stack) };
    const bought = await Promise.all(Array.from({ length: PURCHASES }, (_, at) => buy(at, holders)));
    const answers: Promise<Record<string, unknown>>[] = [];
    let failed = 0;
    while (answers.length < HELD) {
      for (let more = 0; more < AT_ONCE; more += 1) {
        const answer = outcomeOf(bought[more % PURCHASES]);
        answer.catch(() => (failed += 1)); // told when all are awaited
        answers.push(answer);
      }
      await lab.watched(until(() => failed > 0 || descriptorsOf(stack) >= answers.length));
      if (failed > 0) await Promise.all(answers);
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

/** Channels beside those of the demo, at the API as soon as it has read of them. */
async function addHolders({ config, apiUrl }: Stack): Promise<ApiCaller[]> {
  const file = channelsFile(config);
  const registry = readJsonFile(file, registryFileSchema, '');
  const [model] = registry.channels;
  if (!model) throw new Error('the bench needs the channels of the demo');
  const holders = HOLDERS.map((name) => ({ name: channelName(name), key: newChannelKey('dck_test_') }));
  const entries = holders.map(({ name, key }) => ({ ...model, name, keys: [describeKey(key)] }));
  await writeJsonFile(file, { ...registry, channels: [...registry.channels, ...entries] });
  const callers = holders.map(({ key }) => new ApiCaller(apiUrl, key));
  for (const caller of callers) await untilKnown(caller);
  return callers;
}

async function untilKnown(caller: ApiCaller): Promise<void> {
  while (!(await caller.get('/v1/packages', {}).catch(() => undefined))) await pause(LOOK_EVERY_MS);
}

/** A purchase, and who waits for it. */
interface Bought {
  channel: ApiCaller;
  externalId: string;
}

async function buy(at: number, holders: readonly ApiCaller[]): Promise<Bought> {
  const channel = holders[at % holders.length];
  if (!channel) throw new Error('nobody buys');
  const order = nextOrder();
  await channel.post('/v1/purchases', { ...order, package: PACKAGE }, {});
  return { channel, externalId: order.externalId };
}

/** Waits as channels do: what is answered without an outcome, when the longest wait is over, is asked again. */
async function outcomeOf(bought: Bought | undefined): Promise<Record<string, unknown>> {
  if (!bought) throw new Error('nothing was bought');
  for (;;) {
    const told = await bought.channel.get(`/v1/purchases/${bought.externalId}`, { prefer: 'wait=30' });
    if (told['outcome']) return told;
  }
}

/** What the other channel feels, as a process of its own measures it: this one is busy with what it waits for. */
async function latencies({ apiUrl, channel }: Stack): Promise<OtherChannelFigures> {
  const environment = {
    ...process.env,
    OTHER_CHANNEL_API_URL: apiUrl,
    OTHER_CHANNEL_API_KEY: channel.apiKey,
  };
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

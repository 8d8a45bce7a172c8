import { setTimeout } from 'node:timers/promises';
import { loadConfig } from '../../config';
import { temporalCli } from '../../dev/temporal/executable';
import { EmbeddedStack } from '../support/embedded-stack';
import { eventually } from '../support/eventually';
import { TEST_ENVIRONMENT } from '../support/test-environment';
import { KeptParts } from './kept-parts';
import { CHAOS_SETTINGS } from './settings';
import { inWords, TROUBLE_KINDS, type Trouble, type TroubleKind } from './trouble-plan';
import { TroubledPlaces } from './troubled-places';

const TROUBLE_MS = 12_000;
const BETWEEN_ORDERS_MS = 400;
const BEFORE_MS = 4_000;
/** A customer gives up by then. */
const PATIENCE_MS = 15_000;
const HOUR_SECONDS = 3_600;

/** One order as its channel saw it. */
interface Order {
  externalId: string;
  sentAtMs: number;
  tookMs: number;
  answer: string;
  isAccepted: boolean;
}

const TROUBLES: Readonly<Record<TroubleKind, readonly Trouble[]>> = {
  full_disk: [{ kind: 'full_disk', forMs: TROUBLE_MS }],
  failing_disk: [{ kind: 'failing_disk', forMs: TROUBLE_MS }],
  swallow: [{ kind: 'swallow', forMs: TROUBLE_MS }],
  reset: [{ kind: 'reset', forMs: TROUBLE_MS }],
  delay: [{ kind: 'delay', forMs: TROUBLE_MS, delayMs: 500 }],
  trickle: [{ kind: 'trickle', forMs: TROUBLE_MS, bytesPerSecond: 2_000 }],
  clock_step: [
    { kind: 'clock_step', forMs: TROUBLE_MS, bySeconds: -2 * HOUR_SECONDS },
    { kind: 'clock_step', forMs: TROUBLE_MS, bySeconds: 2 * HOUR_SECONDS },
  ],
};

/** Sells without a pause for an answer, and keeps what each order came to. */
class Shop {
  readonly orders: Order[] = [];
  /** What `/readyz` said, each time it changed. */
  readonly readiness: string[] = [];
  private readonly closing = new AbortController();
  private readonly underWay = new Set<Promise<void>>();
  private readonly open: Promise<unknown>;

  constructor(
    private readonly stack: EmbeddedStack,
    private readonly begunAtMs: number,
  ) {
    this.open = Promise.all([this.sell(), this.watch()]);
  }

  /** Once every order is answered or given up. */
  async close(): Promise<void> {
    this.closing.abort();
    await this.open;
    await Promise.all(this.underWay);
  }

  private async sell(): Promise<void> {
    for (let count = 1; !this.closing.signal.aborted; count += 1) {
      const order = this.order(`order-${count}`).finally(() => this.underWay.delete(order));
      this.underWay.add(order);
      await setTimeout(BETWEEN_ORDERS_MS);
    }
  }

  private async order(externalId: string): Promise<void> {
    const sentAtMs = performance.now();
    const answer = await fetch(`${this.stack.apiUrl}/v1/purchases`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.stack.key()}`,
        'content-type': 'application/json',
        prefer: 'wait=5',
      },
      body: JSON.stringify({ externalId, msisdn: '0900000001', package: 'D90' }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    }).then(
      async (response) => {
        const body = (await response.json()) as { code?: string; outcome?: string | null }; // as the API has it
        return `${response.status} ${body.code ?? body.outcome ?? 'no outcome yet'}`;
      },
      (fault: unknown) => `no answer (${fault instanceof Error ? fault.name : String(fault)})`,
    );
    const tookMs = Math.round(performance.now() - sentAtMs);
    this.orders.push({ externalId, sentAtMs, tookMs, answer, isAccepted: answer.startsWith('20') });
  }

  private async watch(): Promise<void> {
    let last = '';
    while (!this.closing.signal.aborted) {
      const told = await fetch(`${this.stack.apiUrl}/readyz`, { signal: AbortSignal.timeout(3_000) }).then(
        async (response) => {
          const { detail } = (await response.json()) as { detail?: string };
          return `${response.status}${detail === undefined ? '' : ` ${detail}`}`;
        },
        () => 'no answer',
      );
      if (told !== last) this.readiness.push(`${this.since()} s ${told}`);
      last = told;
      await setTimeout(200);
    }
  }

  private since(): string {
    return ((performance.now() - this.begunAtMs) / 1000).toFixed(1);
  }
}

/** Sells before, in and after one trouble, and tells what channel and operator saw of it. */
async function suffer(name: string, trouble: Trouble, places: TroubledPlaces, stack: EmbeddedStack) {
  const parts = new KeptParts(stack);
  const begunAtMs = performance.now();
  const shop = new Shop(stack, begunAtMs);
  await setTimeout(BEFORE_MS);
  const struckAtMs = performance.now();
  await places.begin(name, trouble);
  await setTimeout(trouble.forMs);
  await places.heal(name, trouble, (part, work) => parts.whileDown(part, work));
  const healedAtMs = performance.now();
  const ordersAfter = () => shop.orders.filter(({ sentAtMs }) => sentAtMs > healedAtMs);
  const first = await eventually('an order to be accepted again', () =>
    ordersAfter().find(({ isAccepted }) => isAccepted),
  );
  await setTimeout(BEFORE_MS);
  await shop.close();
  const restMs = await restOf(stack, healedAtMs);
  const before = shop.orders.filter(({ sentAtMs }) => sentAtMs < struckAtMs);
  const inTrouble = shop.orders.filter(({ sentAtMs }) => sentAtMs >= struckAtMs && sentAtMs <= healedAtMs);
  const accepted = shop.orders.filter(({ isAccepted }) => isAccepted);
  const lost = await lostOf(stack, accepted);
  parts.stopKeeping();
  return [
    `## ${name}: ${inWords(trouble)}, from ${((struckAtMs - begunAtMs) / 1000).toFixed(1)} s on`,
    `answers before: ${counted(before)}; the slowest after ${slowest(before)} s`,
    `answers meanwhile: ${counted(inTrouble)}; the slowest after ${slowest(inTrouble)} s`,
    `answers after it: ${counted(ordersAfter())}; the slowest after ${slowest(ordersAfter())} s`,
    `/readyz: ${shop.readiness.join(' | ')}`,
    `accepted again ${seconds(first.sentAtMs + first.tookMs - healedAtMs)} s after the healing, at rest after ${seconds(restMs)} s`,
    `accepted ${accepted.length}, lost ${lost.length} ${lost.join(', ')}`,
    ...logged(stack.log),
  ].join('\n');
}

async function restOf(stack: EmbeddedStack, healedAtMs: number): Promise<number> {
  return stack.temporal(async ({ workflow }) => {
    const running = "ExecutionStatus = 'Running' AND WorkflowType = 'purchase'";
    await eventually(
      'every purchase to be over',
      async () => (await workflow.count(running)).count === 0 || undefined,
    );
    return performance.now() - healedAtMs;
  });
}

async function lostOf(stack: EmbeddedStack, accepted: readonly Order[]): Promise<string[]> {
  const lost: string[] = [];
  for (const { externalId } of accepted) {
    const { status, body } = await stack.api('GET', `/v1/purchases/${externalId}`);
    if (status !== 200 || body['outcome'] !== 'succeeded') lost.push(`${externalId} (${status})`);
  }
  return lost;
}

function counted(orders: readonly Order[]): string {
  const counts = new Map<string, number>();
  for (const { answer } of orders) counts.set(answer, (counts.get(answer) ?? 0) + 1);
  return [...counts].map(([answer, count]) => `${count} × ${answer}`).join(', ') || 'none';
}

const seconds = (ms: number): string => (ms / 1000).toFixed(1);
const slowest = (orders: readonly Order[]): string =>
  seconds(Math.max(0, ...orders.map(({ tookMs }) => tookMs)));

/** What an operator finds in the logs: each kind of line with how often it is there, the most frequent first. */
function logged(log: string): string[] {
  const counts = new Map<string, number>();
  for (const line of log.split('\n')) {
    const kind = line
      .replace(/^(\S+): .*"msg":"([^"]*)".*$/, '$1: $2')
      .replaceAll(/\d+/g, 'N')
      .slice(0, 160);
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  const most = [...counts].toSorted(([, one], [, other]) => other - one).slice(0, 8);
  return most.map(([kind, count]) => `  ${count} × ${kind}`);
}

/** `npm run test:machine`: one trouble of the machine at a time, for the chapter of `docs/failure-modes.md`. */
async function main(wanted: readonly string[]): Promise<void> {
  const say = (line: string) => void process.stderr.write(`${line}\n`);
  process.env[TEST_ENVIRONMENT.cli] = await temporalCli(loadConfig(), say);
  const known = new TroubledPlaces(TROUBLE_KINDS);
  await known.prepare({ TEMPORAL_PORT: 1, SANDBOX_PORT: 1 });
  const scenes = known.places.flatMap(({ name, kinds }) =>
    kinds.flatMap((kind) => TROUBLES[kind].map((trouble) => ({ name, trouble }))),
  );
  await known.remove();
  for (const line of known.missing) say(line);
  for (const { name, trouble } of scenes) {
    if (wanted.length > 0 && !wanted.some((word) => `${name} ${trouble.kind}`.includes(word))) continue;
    const places = new TroubledPlaces([trouble.kind]);
    const stack = await EmbeddedStack.start(CHAOS_SETTINGS, { surround: (config) => places.prepare(config) });
    try {
      process.stdout.write(`${await suffer(name, trouble, places, stack)}\n\n`);
    } finally {
      await stack.end();
      await places.remove();
    }
  }
}

void main(process.argv.slice(2));

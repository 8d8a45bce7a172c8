import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ensureDemoChannels } from '../../channel/demo';
import { loadConfig } from '../../config';
import { partPlans } from '../../scripts/part-plans';
import { ChildPart, type PartPlan, type ReadyDetails } from '../../scripts/supervisor/child-part';

/**
 * `npm run bench:worker-tuning`: slots and pollers of a worker measured against each other on one machine, in turns, so
 * that what else runs there strikes all alike. Only the ratios tell anything; docs/decisions/0018 holds them.
 */
const VARIANTS = [
  { WORKER_SLOTS: 'fixed:100', WORKER_POLLERS: '10' }, // what the others are measured against
  { WORKER_SLOTS: 'fixed:100', WORKER_POLLERS: 'auto' },
  { WORKER_SLOTS: 'resource', WORKER_POLLERS: '10' },
  { WORKER_SLOTS: 'resource', WORKER_POLLERS: 'auto' },
  { WORKER_SLOTS: 'fixed:500', WORKER_POLLERS: 'auto' },
] as const;

/** What is sold: so many purchases, so many at once, at a gateway that takes so long for a registration (ms). */
const LOADS = [
  { name: 'gateway that answers at once', purchases: 150, atOnce: 50, delayMs: 0 },
  { name: 'gateway that takes a second', purchases: 400, atOnce: 400, delayMs: 1_000 },
] as const;
const ROUNDS = 3;

const inWords = (variant: (typeof VARIANTS)[number]) =>
  `${variant.WORKER_SLOTS}, pollers ${variant.WORKER_POLLERS}`;

/** The stack of `npm start` in a folder of its own, whose worker is started anew for each variant. */
class Stack {
  readonly #parts = new Map<string, ChildPart>();
  readonly #ready = new Map<string, ReadyDetails>();
  #apiKey = '';
  readonly #config;
  constructor(private readonly folder: string) {
    this.#config = loadConfig({ ...this.environment(), API_RATE_LIMIT: '100000' });
  }

  environment(): NodeJS.ProcessEnv {
    const ports = { TEMPORAL_PORT: '0', TEMPORAL_UI_PORT: '0', SANDBOX_PORT: '0', API_PORT: '0' };
    return { ...process.env, ...ports, DATA_DIR: this.folder, API_RATE_LIMIT: '100000', LOG_LEVEL: 'warn' };
  }

  async start(): Promise<void> {
    const [demo] = await ensureDemoChannels(this.#config);
    this.#apiKey = demo?.apiKey ?? '';
    for (const plan of this.plans()) await this.startPart(plan, {});
  }

  async restartWorker(settings: Record<string, string>): Promise<void> {
    await this.stopPart('worker');
    const plan = this.plans().find(({ name }) => name === 'worker');
    if (plan) await this.startPart(plan, settings);
  }

  /** @returns purchases a second */
  async sell(count: number, atOnce: number): Promise<number> {
    let left = count;
    const begin = performance.now();
    const buyer = async () => {
      while (left-- > 0) await this.buy();
    };
    await Promise.all(Array.from({ length: atOnce }, buyer));
    return count / ((performance.now() - begin) / 1000);
  }

  async delayRegistrations(ms: number): Promise<void> {
    const faults = `http://127.0.0.1:${this.portOf('sandbox')}/sandbox/faults`;
    await fetch(faults, { method: 'DELETE' });
    if (ms === 0) return;
    const body = JSON.stringify({ call: 'register', times: 'forever', fault: { kind: 'delay', ms } });
    await fetch(faults, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  }

  async end(): Promise<void> {
    for (const name of [...this.#parts.keys()].toReversed()) await this.stopPart(name);
  }

  private async buy(): Promise<void> {
    const externalId = randomBytes(8).toString('hex');
    const answer = await fetch(`http://127.0.0.1:${this.portOf('api')}/v1/purchases`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#apiKey}`,
        'content-type': 'application/json',
        prefer: 'wait=30',
      },
      body: JSON.stringify({ externalId, msisdn: '0900000001', package: 'D90' }),
    });
    const { outcome } = (await answer.json()) as { outcome?: string }; // the API's own document
    if (outcome !== 'succeeded') throw new Error(`a purchase ended as ${outcome ?? answer.status}`);
  }

  private plans(): PartPlan[] {
    return partPlans(this.#config, false);
  }

  private portOf(name: string): string {
    return String(this.#ready.get(name)?.['port']);
  }

  private async startPart(plan: PartPlan, settings: Record<string, string>): Promise<void> {
    const environment = { ...this.environment(), ...plan.environment?.(this.#ready), ...settings };
    const part = new ChildPart(plan, environment, path.join(this.folder, `${plan.name}.log`), {
      onLine: () => undefined,
      onProgress: () => undefined,
    });
    this.#parts.set(plan.name, part);
    const death = part.ended.then(({ name, how, lastLines }) => {
      throw new Error(`${name} ended (${how}):\n${lastLines.join('\n')}`);
    });
    this.#ready.set(plan.name, await Promise.race([part.ready, death]));
    death.catch(() => undefined); // from now on it is stopped by us
  }

  private async stopPart(name: string): Promise<void> {
    const part = this.#parts.get(name);
    part?.askToStop();
    await part?.ended;
  }
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), 'worker-tuning-'));
  const stack = new Stack(folder);
  try {
    await stack.start();
    for (const load of LOADS) {
      await stack.delayRegistrations(load.delayMs);
      const rates = new Map<string, number[]>();
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const variant of VARIANTS) {
          await stack.restartWorker(variant);
          await stack.sell(20, 10); // warms up
          const rate = await stack.sell(load.purchases, load.atOnce);
          rates.set(inWords(variant), [...(rates.get(inWords(variant)) ?? []), rate]);
        }
      }
      report(load.name, rates);
    }
  } finally {
    await stack.end();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Each round's rates as ratios of that round's first variant: a slow round is slow for all. */
function report(load: string, rates: ReadonlyMap<string, readonly number[]>): void {
  const first = [...rates.values()][0] ?? [];
  process.stdout.write(`${load}\n`);
  for (const [variant, own] of rates) {
    const ratios = own.map((rate, round) => rate / (first[round] ?? NaN));
    const words = ratios.map((ratio) => ratio.toFixed(2)).join(' ');
    const perSecond = own.map((rate) => rate.toFixed(1)).join(' ');
    process.stdout.write(`  ${variant.padEnd(28)} ${words}   (${perSecond} purchases/s)\n`);
  }
}

main().catch((fault: unknown) => {
  process.stderr.write(`${fault instanceof Error ? fault.message : String(fault)}\n`);
  process.exitCode = 1;
});

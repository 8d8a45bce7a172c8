import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ensureDemoChannels } from '../../sandbox/demo-channels';
import { loadConfig } from '../../config';
import { partPlans } from '../../dev/part-plans';
import { ChildPart, type PartPlan, type ReadyDetails } from '../../dev/supervisor/child-part';

/**
 * `npm run bench:worker-tuning`: numbers of slots of a worker measured against each other on one machine, in turns, so
 * that what else runs there strikes all alike. Only the ratios tell anything; docs/decisions/0018 holds them.
 */
const VARIANTS = [
  { WORKER_SLOTS: 'fixed:100' }, // what the others are measured against
  { WORKER_SLOTS: 'resource' },
  { WORKER_SLOTS: 'fixed:500' },
] as const;

/** What is sold: so many purchases, so many at once, at a gateway that takes so long for a registration (ms). */
const LOADS = [
  { name: 'gateway that answers at once', purchases: 100, atOnce: 25, delayMs: 0 },
  { name: 'gateway that takes 1.5 seconds', purchases: 120, atOnce: 120, delayMs: 1_500 },
] as const;
/** `npm run bench:worker-tuning -- 5` measures five rounds. */
const ROUNDS = Number(process.argv[2] ?? 3);

const inWords = (variant: (typeof VARIANTS)[number]) => variant.WORKER_SLOTS;

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
    const body = JSON.stringify({
      externalId: randomBytes(8).toString('hex'),
      msisdn: '0900000001',
      package: 'D90',
    });
    const headers = {
      authorization: `Bearer ${this.#apiKey}`,
      'content-type': 'application/json',
      prefer: 'wait=30',
    };
    for (;;) {
      const address = `http://127.0.0.1:${this.portOf('api')}/v1/purchases`;
      const answer = await fetch(address, { method: 'POST', headers, body });
      const { outcome } = (await answer.json()) as { outcome?: string | null }; // the API's own document
      if (outcome === 'succeeded') return;
      if (answer.status === 503)
        await setTimeout(1_000); // Temporal is behind, and says so: its time counts
      else if (!answer.ok || outcome) throw new Error(`a purchase ended as ${outcome ?? answer.status}`);
    }
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
    part?.requestStop();
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
          await stack.sell(10, 10); // warms up
          const rate = await stack.sell(load.purchases, load.atOnce);
          process.stderr.write(`${load.name}, ${inWords(variant)}: ${rate.toFixed(1)} purchases/s\n`);
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

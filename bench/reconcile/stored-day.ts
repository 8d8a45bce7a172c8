import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ensureDemoChannels } from '../../sandbox/demo-channels';
import { loadConfig } from '../../config';
import { partPlans } from '../../dev/part-plans';
import { ChildPart, type ReadyDetails } from '../../dev/supervisor/child-part';

/** Orders that are under way at the same time. */
const AT_ONCE = 32;
/** Between two looks whether every purchase is over, ms. */
const LOOK_EVERY = 100;

/** The product on ports and a folder of its own, with purchases that were sold through its API. */
export class StoredDay {
  private readonly parts: ChildPart[] = [];
  private readonly ready = new Map<string, ReadyDetails>();

  private constructor(private readonly folder: string) {}

  static async start(folder: string): Promise<StoredDay> {
    const day = new StoredDay(folder);
    await day.startParts().catch(async (fault: unknown) => {
      await day.stop();
      throw fault;
    });
    return day;
  }

  get address(): string {
    return `127.0.0.1:${this.port('temporal')}`;
  }

  settlementUrl(day: string): string {
    return `http://127.0.0.1:${this.port('sandbox')}/sandbox/settlement?date=${day}`;
  }

  /** Sells so many purchases over HTTP, and waits until visibility has them all as ended. */
  async sell(count: number): Promise<void> {
    const [channel] = await ensureDemoChannels(this.config());
    if (!channel) throw new Error('the bench cannot sell for the channels of CHANNELS_FILE: unset it');
    const queue = Array.from({ length: count }, (_, at) => at).values();
    const sellOn = async (): Promise<void> => {
      for (const at of queue) await this.order(at, channel.apiKey);
    };
    await Promise.all(Array.from({ length: AT_ONCE }, sellOn));
    await this.allOver(count);
  }

  async stop(): Promise<void> {
    for (const part of this.parts.toReversed()) {
      part.requestStop();
      await part.ended;
    }
  }

  private async order(at: number, key: string): Promise<void> {
    const body = { externalId: `bench-${at}`, msisdn: `0901${String(at).padStart(6, '0')}`, package: 'D90' };
    const response = await fetch(`http://127.0.0.1:${this.port('api')}/v1/purchases`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json', prefer: 'wait=30' },
      body: JSON.stringify(body),
    });
    if (response.status >= 300)
      throw new Error(`an order was answered ${response.status}: ${await response.text()}`);
    await response.arrayBuffer();
  }

  private async allOver(count: number): Promise<void> {
    const connection = await Connection.connect({ address: this.address });
    try {
      const { workflow } = new Client({ connection });
      const sold =
        "WorkflowType = 'purchase' AND ExecutionStatus = 'Completed' AND PurchaseOutcome IS NOT NULL";
      while ((await workflow.count(sold)).count < count) {
        await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
      }
    } finally {
      await connection.close();
    }
  }

  private config() {
    return loadConfig(this.environment());
  }

  private environment(): NodeJS.ProcessEnv {
    const ownServer = Object.entries(process.env).filter(
      ([name]) => !/^(TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|PROFILE|CONFIG_FILE|TLS)|MOBIFONE_)/.test(name),
    );
    return {
      ...Object.fromEntries(ownServer),
      DATA_DIR: this.folder,
      TEMPORAL_PORT: '0',
      TEMPORAL_UI_PORT: '0',
      SANDBOX_PORT: '0',
      API_PORT: '0',
      API_RATE_LIMIT: '1000000000',
      WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true',
    };
  }

  private async startParts(): Promise<void> {
    const config = this.config();
    await ensureDemoChannels(config);
    for (const plan of partPlans(config, false)) {
      const environment = { ...this.environment(), ...plan.environment?.(this.ready) };
      const log = path.join(this.folder, `${plan.name}.log`);
      const listener = {
        onLine: () => undefined,
        onProgress: (line: string) => process.stderr.write(`${line}\n`),
      };
      const part = new ChildPart(plan, environment, log, listener);
      this.parts.push(part);
      const ended = part.ended.then(({ how, lastLines }) => {
        throw new Error(`${plan.name} ended (${how}):\n${lastLines.join('\n')}`);
      });
      this.ready.set(plan.name, await Promise.race([part.ready, ended]));
      ended.catch(() => undefined); // from now on it ends when it is asked to
    }
  }

  private port(part: string): number {
    const port = this.ready.get(part)?.['port'];
    if (typeof port !== 'number') throw new Error(`${part} has not said its port`);
    return port;
  }
}

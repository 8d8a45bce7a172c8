import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ensureDemoChannels, type DemoChannel } from '../../sandbox/demo-channels';
import { temporalTarget } from '../../runtime/configuration/temporal-target';
import { openEncryption, type Encryption } from '../../client/encryption';
import { keyRingFile } from '../../encryption/key-ring-of-folder';
import { loadConfig, type Config } from '../../config';
import { createKeyRing } from '../../encryption/key-ring-file';
import { bundleVariable, type Bundles } from './bundles';
import { BenchPart } from './part';

/**
 * `tuned` is the server of `npm start`, or the outside one that TEMPORAL_ADDRESS names; `stock` the dev server as it
 * comes; `unsynced` ours without its protection against power cuts.
 */
export type ServerKind = 'tuned' | 'stock' | 'unsynced';

/** The processes whose use of the machine is told apart. */
export type Role = 'server' | 'worker' | 'api' | 'yardstick';

export interface StackPlan {
  kind: ServerKind;
  /** Our worker and API; without them the stack serves the yardstick only. */
  saga: boolean;
  /** Settings that are part of what is measured. */
  environment?: Readonly<Record<string, string>>;
  folder: string;
  bundles: Promise<Bundles>;
  gatewayUrl: string;
}

const ROOT = path.resolve(__dirname, '../..');
const ENTRIES = {
  tuned: path.join(ROOT, 'dev/temporal/main.ts'),
  stock: path.join(__dirname, 'stock-server-entry.ts'),
  unsynced: path.join(__dirname, 'unsynced-server-entry.ts'),
  worker: path.join(__dirname, 'worker-entry.ts'),
  yardstick: path.join(ROOT, 'bench/yardstick/worker.ts'),
  api: path.join(ROOT, 'api/main.ts'),
} as const;

/** No limit of ours may be what is measured. */
const UNLIMITED = { API_RATE_LIMIT: '1000000000' };

/** One server with all that runs around it, each a process of its own. */
export class Stack {
  private readonly parts: { role: Role; part: BenchPart; pid: number }[] = [];

  private constructor(
    readonly kind: ServerKind,
    readonly client: Client,
    readonly config: Config,
    /** The first sells; another is for what it does to others. */
    readonly channels: readonly [DemoChannel, ...DemoChannel[]],
    readonly encryption: Pick<Encryption, 'subscriberHash'>,
    private readonly connection: Connection,
    private readonly environment: NodeJS.ProcessEnv,
    private readonly sagaBundle: Promise<Bundles>,
  ) {}

  /** @throws BenchPartDied, with the last words of the part that did not come up */
  static async start(plan: StackPlan): Promise<Stack> {
    await mkdir(plan.folder, { recursive: true });
    const surroundings = surroundingsOf(plan);
    const log = path.join(plan.folder, 'server.log');
    const server = await BenchPart.start(`${plan.kind} server`, ENTRIES[plan.kind], surroundings, log);
    try {
      const { port, pid } = server.details;
      const environment = {
        ...surroundings,
        ...(typeof port === 'number' ? { TEMPORAL_PORT: `${port}` } : {}),
      };
      const config = loadConfig(environment);
      const { connectionOptions, namespace } = temporalTarget(config, environment);
      const [channel, ...others] = await ensureDemoChannels(config);
      if (!channel) throw new Error('the bench cannot sell for the channels of CHANNELS_FILE: unset it');
      const connection = await Connection.connect(connectionOptions);
      await bringKeyRing(config);
      const encryption = openEncryption(config); // as every purchase is sold
      const client = new Client({ connection, namespace, dataConverter: encryption.dataConverter });
      const { kind, bundles } = plan;
      const stack = new Stack(
        kind,
        client,
        config,
        [channel, ...others],
        encryption,
        connection,
        environment,
        bundles,
      );
      stack.parts.push({
        role: 'server',
        part: server.part,
        pid: typeof pid === 'number' ? pid : server.part.pid,
      });
      await stack.startAround(plan);
      return stack;
    } catch (fault) {
      await server.part.stop();
      throw fault;
    }
  }

  get channel(): DemoChannel {
    return this.channels[0];
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.config.API_PORT}`;
  }

  /** The processes by role; two workers are two entries. */
  get processes(): readonly { role: Role; pid: number }[] {
    return this.parts;
  }

  /** Rejects when a part of the stack dies while something is measured. */
  get died(): Promise<never> {
    return Promise.race(this.parts.map(({ part }) => part.died));
  }

  /** Starts one more worker of ours. */
  async addWorker(): Promise<void> {
    const { saga } = await this.sagaBundle;
    await this.add('worker', { ...this.environment, ...bundleVariable(saga) });
  }

  /** Ends the worker that was started last. */
  async removeWorker(): Promise<void> {
    const at = this.parts.findLastIndex(({ role }) => role === 'worker');
    const [worker] = this.parts.splice(at, 1);
    await worker?.part.stop();
  }

  async stop(): Promise<void> {
    await this.connection.close();
    for (const { part } of this.parts.toReversed()) await part.stop();
  }

  private async startAround({ saga, bundles }: StackPlan): Promise<void> {
    const { yardstick } = await bundles;
    await Promise.all([
      this.add('yardstick', { ...this.environment, ...bundleVariable(yardstick) }),
      ...(saga ? [this.addWorker(), this.add('api', this.environment)] : []),
    ]);
  }

  private async add(role: Exclude<Role, 'server'>, environment: NodeJS.ProcessEnv): Promise<void> {
    const log = path.join(this.config.DATA_DIR, `${role}.log`);
    const { part, details } = await BenchPart.start(role, ENTRIES[role], environment, log);
    this.parts.push({ role, part, pid: part.pid });
    if (role === 'api' && typeof details['port'] === 'number') this.config.API_PORT = details['port'];
  }
}

/** What the bench sells is read by the bench alone, so it brings its own keys to an outside server too. */
async function bringKeyRing(config: Config): Promise<void> {
  const file = keyRingFile(config);
  if (config.ENCRYPTION && !existsSync(file)) await createKeyRing(file, new Date());
}

/** Settings of the environment hold for the parts, so that one can be measured; but where things are is ours to say. */
function surroundingsOf({ kind, folder, gatewayUrl, environment }: StackPlan): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      kind === 'tuned' || !/^TEMPORAL_(ADDRESS|NAMESPACE|API_KEY|PROFILE|CONFIG_FILE|TLS)/.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    ...UNLIMITED,
    ...environment,
    DATA_DIR: folder,
    TEMPORAL_PORT: '0',
    TEMPORAL_UI_PORT: '0',
    API_PORT: '0',
    TEMPORAL_TASK_QUEUE: `bench-${randomUUID()}`, // an outside server may have workers of its own
    MOBIFONE_BASE_URL: gatewayUrl,
    WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true',
  };
}

import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { ensureDemoChannels, type DemoChannel } from '../../sandbox/demo-channels';
import type { z } from 'zod';
import { openEncryption } from '../../client/encryption';
import { ensureKeyRing } from '../../encryption/key-ring-of-folder';
import { derivePurchaseId } from '../../client/purchase-id';
import { loadConfig, type Config } from '../../config';
import { channelName, externalId, purchaseWorkflowId, type PurchaseId } from '../../domain/identifiers';
import type { GatewayCall } from '../../mobifone/contract';
import type { faultRuleSchema } from '../../sandbox/faults';
import { apiPorts, PORTS_TAKEN } from '../../dev/cluster/layout';
import { clusterPlans } from '../../dev/cluster/plans';
import { COUNTS } from '../../dev/cluster/settings';
import { ChildPart, type PartEnd, type PartPlan, type ReadyDetails } from '../../dev/supervisor/child-part';
import { typescriptEntry } from '../../runtime/typescript-entry';
import { freePorts, freePortsInARow } from './free-ports';
import { hasFixedValues } from './parts/fixed-values';
import { fromGlobalSetup } from './test-environment';

const ROOT = path.resolve(__dirname, '../..');
const WORKER_ENTRY = path.join(ROOT, 'worker.ts');
const API_ENTRY = path.join(ROOT, 'api/main.ts');
const EMBEDDED_PLANS: readonly PartPlan[] = [
  { name: 'temporal', entry: path.join(ROOT, 'dev/temporal/main.ts') },
  { name: 'sandbox', entry: path.join(ROOT, 'sandbox/main.ts') },
  { name: 'worker', entry: WORKER_ENTRY },
  { name: 'api', entry: API_ENTRY },
];
/** Runs beside the first worker, on the same task queues, in the stacks that ask for two. */
const SECOND_WORKER: PartPlan = { name: 'worker-2', entry: WORKER_ENTRY };
/** Started by those tests only that want them. */
const OTHER_PLANS: readonly PartPlan[] = [
  { name: 'codec-server', entry: path.join(ROOT, 'encryption/codec-server/main.ts') },
  { name: 'storefront', entry: path.join(ROOT, 'dev/storefront.ts') },
  { name: 'desk', entry: path.join(ROOT, 'desk/main.ts') },
  { name: 'slow-turn-worker', entry: path.join(ROOT, 'test/chaos/slow-turn-worker.ts') },
];
/** The same parts with values of a test's in place of the fixed ones. */
const OWN_ENTRIES: Readonly<Record<string, string>> = {
  [WORKER_ENTRY]: path.join(__dirname, 'parts/worker.ts'),
  [API_ENTRY]: path.join(__dirname, 'parts/api.ts'),
};
/** The same tests, against the cluster of `npm run cluster`. */
export const IS_CLUSTER = process.env['STACK'] === 'cluster';

/** A part that does not stop by then when it is asked to is killed, so that no test leaves a process behind. */
const STOP_LIMIT_MS = 60_000;

/** Environment variables of single parts, by name, on top of the stack's. */
export type PartSettings = Readonly<Record<string, Readonly<Record<string, string>>>>;

/**
 * The whole product as real processes on free ports and a folder of its own: the same entry points that `npm start`
 * runs, each of which a test may kill and start again.
 */
export class EmbeddedStack {
  readonly config: Config;
  channels: readonly DemoChannel[] = [];
  private readonly running = new Map<string, ChildPart>();
  private readonly plans: readonly PartPlan[];
  private readonly words: string[] = [];
  private apis: readonly number[];
  private apiTurn = 0;
  private partSettings: PartSettings = {};

  private constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
    embeddedPlans: readonly PartPlan[],
  ) {
    this.config = loadConfig(environment);
    this.plans = IS_CLUSTER ? clusterPlans(this.config) : embeddedPlans;
    this.apis = IS_CLUSTER ? apiPorts(this.config) : [this.config.API_PORT];
  }

  /**
   * With STACK=cluster in the environment all runs on PostgreSQL, two Temporal servers, three workers and two APIs.
   * @param settings environment variables on top of the ports and folders
   * @param options `twoWorkers`: one more on the same task queues; the cluster has three in any case. `surround`: makes
   *   what some parts are to live in, before the first of them starts, and says by which settings they do
   */
  static async start(
    settings: Record<string, string> = {},
    {
      twoWorkers = false,
      surround,
    }: { twoWorkers?: boolean; surround?: (config: Config) => Promise<PartSettings> } = {},
  ): Promise<EmbeddedStack> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-stack-'));
    await chmod(folder, 0o711); // PostgreSQL, which may not run as root, passes through
    const [temporal, ui, sandbox, storefront, codecServer, desk] = await freePorts(6);
    const cluster = await freePortsInARow(PORTS_TAKEN);
    const apis = await freePortsInARow(COUNTS.apis);
    const environment = {
      ...process.env,
      DATA_DIR: folder,
      TEMPORAL_CLI_PATH: fromGlobalSetup('cli'),
      TEMPORAL_PORT: `${temporal}`,
      TEMPORAL_UI_PORT: `${ui}`,
      CLUSTER_PORT: `${cluster}`,
      SANDBOX_PORT: `${sandbox}`,
      API_PORT: `${apis}`,
      STOREFRONT_PORT: `${storefront}`,
      CODEC_SERVER_PORT: `${codecServer}`,
      DESK_PORT: `${desk}`,
      WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true',
      MOBIFONE_FINAL_AFTER: '1500ms', // the sandbox's inquiry lags half a second
      PURCHASE_LATE_EFFECT_WATCH: '2s',
      DUPLICATE_WINDOW: '0', // stories sell the same package to the sandbox's few numbers again and again
      API_SHUTDOWN_DELAY: '0', // nobody spreads requests here
      ...settings,
    };
    const plans = twoWorkers ? [...EMBEDDED_PLANS, SECOND_WORKER] : EMBEDDED_PLANS;
    const stack = new EmbeddedStack(folder, environment, plans);
    try {
      await ensureKeyRing(stack.config); // parts that take Temporal for an outside server make none
      stack.channels = await ensureDemoChannels(stack.config);
      if (surround) stack.partSettings = await surround(stack.config);
      await stack.startParts();
      return stack;
    } catch (fault) {
      await stack.end();
      throw fault;
    }
  }

  /**
   * Starts a part that is not running, and waits until it says that it is ready and with which details.
   * @param settings environment variables on top of the stack's
   * @param name what it is called, for a second one of its kind
   */
  async startPart(
    kind: string,
    settings: Readonly<Record<string, string>> = {},
    name: string = kind,
  ): Promise<ReadyDetails> {
    const planned = { ...this.planOf(kind), name };
    const environment = {
      ...this.environment,
      ...planned.environment?.(new Map()),
      ...this.partSettings[name],
      ...settings,
    };
    const entry = (hasFixedValues(environment) && OWN_ENTRIES[planned.entry]) || planned.entry;
    const part = new ChildPart({ ...planned, entry }, environment, path.join(this.folder, `${name}.log`), {
      onLine: (_, line) => this.words.push(`${name}: ${line}`),
      onProgress: () => undefined,
    });
    this.running.set(name, part);
    const ended = part.ended.then(({ how, lastLines }) => {
      throw new Error(`${name} ended before it was ready (${how}):\n${lastLines.join('\n')}`);
    });
    const details = await Promise.race([part.ready, ended]);
    ended.catch(() => undefined); // from now on a death is the test's own doing
    return details;
  }

  /** SIGKILL, without a word of warning; waits until the process is gone. */
  async killPart(name: string): Promise<PartEnd> {
    const part = this.part(name);
    part.kill();
    return part.ended;
  }

  /** SIGSTOP to the part and all that it started: its connections stay open, and nothing on them is answered. */
  freezePart(name: string): void {
    this.signalGroup(name, 'SIGSTOP');
  }

  /** SIGCONT: the part goes on where it was. Nothing happens to one that was not frozen. */
  thawPart(name: string): void {
    this.signalGroup(name, 'SIGCONT');
  }

  /** Nothing where the part has ended meanwhile. */
  private signalGroup(name: string, signal: 'SIGSTOP' | 'SIGCONT'): void {
    const { pid, lives } = this.part(name);
    if (lives && pid !== undefined) process.kill(-pid, signal);
  }

  /** SIGTERM, and waits until the part has drained; a frozen one would not notice. */
  async stopPart(name: string): Promise<PartEnd> {
    const part = this.part(name);
    this.thawPart(name);
    part.requestStop();
    const impatience = setTimeout(() => part.kill(), STOP_LIMIT_MS);
    return part.ended.finally(() => clearTimeout(impatience));
  }

  /** Resolves when the part's process is gone, for whatever reason. */
  endOfPart(name: string): Promise<PartEnd> {
    return this.part(name).ended;
  }

  /** Stops every part in the opposite order; the data stays, as after a Ctrl-C. */
  async stopParts(): Promise<void> {
    for (const part of [...this.running.keys()].toReversed()) await this.stopPart(part);
  }

  async startParts(): Promise<void> {
    for (const part of this.parts) await this.startPart(part);
  }

  /** For stories of one worker and one API: the others are stopped where there are any, and nobody is sent to them. */
  async keepOneOfEach(): Promise<void> {
    for (const name of this.parts.filter((part) => /^(worker|api)-\d+$/.test(part)))
      await this.stopPart(name);
    this.apis = this.apis.slice(0, 1);
  }

  /** What always runs, in the order of its start. */
  get parts(): readonly string[] {
    return this.plans.map(({ name }) => name);
  }

  private planOf(kind: string): PartPlan {
    const plan =
      this.plans.find(({ name }) => name === kind) ?? OTHER_PLANS.find(({ name }) => name === kind);
    if (!plan) throw new Error(`there is no part ${kind}`);
    return plan;
  }

  /** Runs `datacode` in the stack's environment to its end, with something to read from stdin. */
  async runCommand(
    group: string,
    words: readonly string[],
    input = '',
    settings: Readonly<Record<string, string>> = {},
  ): Promise<CommandEnd> {
    const program = typescriptEntry(path.join(ROOT, 'cli/main.ts'), group, ...words);
    return this.runProgram(program, { input: Buffer.from(input), settings });
  }

  /** Runs Node in the stack's environment to its end. */
  async runProgram(
    words: readonly string[],
    {
      cwd,
      input,
      settings,
    }: { cwd?: string; input?: Buffer; settings?: Readonly<Record<string, string>> } = {},
  ): Promise<CommandEnd> {
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        words,
        { env: { ...this.environment, ...settings }, cwd },
        (fault, stdout, stderr) =>
          resolve({ succeeded: fault === null, exitCode: exitCodeOf(fault), stdout, stderr }),
      );
      if (input) child.stdin?.end(input);
    });
  }

  /** Stops everything and removes its folder. */
  async end(): Promise<void> {
    await this.stopParts();
    await rm(this.folder, { recursive: true, force: true });
  }

  private part(name: string): ChildPart {
    const part = this.running.get(name);
    if (!part) throw new Error(`${name} was never started`);
    return part;
  }

  /** Where there are several APIs, each in its turn, as a load balancer has it. */
  get apiUrl(): string {
    return `http://127.0.0.1:${this.apis[this.apiTurn++ % this.apis.length]}`;
  }

  /** The demo shop, once its part was started. */
  get storefrontUrl(): string {
    return `http://127.0.0.1:${this.config.STOREFRONT_PORT}`;
  }

  get sandboxUrl(): string {
    return `http://127.0.0.1:${this.config.SANDBOX_PORT}`;
  }

  /** The demo channel of a payment form. */
  channel(form: 'postpaid' | 'prepaid' = 'postpaid'): DemoChannel {
    const channel = this.channels.find(({ paymentForm }) => paymentForm === form);
    if (!channel) throw new Error(`there is no ${form} demo channel`);
    return channel;
  }

  key(form: 'postpaid' | 'prepaid' = 'postpaid'): string {
    return this.channel(form).apiKey;
  }

  /** The workflow of a channel's order. */
  workflowId(id: string, form: 'postpaid' | 'prepaid' = 'postpaid'): string {
    return purchaseWorkflowId(channelName(this.channel(form).name), externalId(id));
  }

  /** Our id of a channel's order, which is known before the order is sent. */
  purchaseId(id: string, form: 'postpaid' | 'prepaid' = 'postpaid'): PurchaseId {
    return derivePurchaseId(channelName(this.channel(form).name), externalId(id));
  }

  /** A connection to the stack's Temporal server, closed when the work is done. */
  async temporal<T>(work: (client: Client) => Promise<T>): Promise<T> {
    const connection = await Connection.connect({ address: `127.0.0.1:${this.config.TEMPORAL_PORT}` });
    try {
      return await work(new Client({ connection, dataConverter: openEncryption(this.config).dataConverter }));
    } finally {
      await connection.close();
    }
  }

  /** Asks the API as a channel does. */
  async api(
    method: string,
    resource: string,
    body?: unknown,
    prefer?: string,
    form?: 'postpaid' | 'prepaid',
  ): Promise<ApiAnswer> {
    const response = await fetch(`${this.apiUrl}${resource}`, {
      method,
      headers: {
        authorization: `Bearer ${this.key(form)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(prefer === undefined ? {} : { prefer }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> }; // the API answers objects only
  }

  /** Reads the sandbox's admin API. */
  async sandbox<T>(resource: string): Promise<T> {
    const response = await fetch(`${this.sandboxUrl}/sandbox/${resource}`);
    return (await response.json()) as T; // the caller knows what it asked for
  }

  /** Orders a fault of the sandbox; see `docs/testing.md`. */
  async order(fault: FaultOrder): Promise<void> {
    const response = await fetch(`${this.sandboxUrl}/sandbox/faults`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(fault),
    });
    if (response.status !== 201) throw new Error(`the sandbox refused the fault: ${await response.text()}`);
  }

  /** Ends every fault that was ordered. */
  async liftFaults(): Promise<void> {
    await fetch(`${this.sandboxUrl}/sandbox/faults`, { method: 'DELETE' });
  }

  /** Gives a number refusals of its own, by call. */
  async giveRefusals(msisdn: string, refuse: Partial<Record<GatewayCall, string>>): Promise<void> {
    await fetch(`${this.sandboxUrl}/sandbox/subscribers/${msisdn}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ refuse }),
    });
  }

  /** All that the parts wrote, for a test that failed. */
  get log(): string {
    return this.words.join('\n');
  }
}

/** `execFile` tells the exit code in the error's `code`; a signal or a failed start leaves none. */
function exitCodeOf(fault: { code?: string | number | null } | null): number | null {
  if (fault === null) return 0;
  return typeof fault.code === 'number' ? fault.code : null;
}

export interface CommandEnd {
  succeeded: boolean;
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

export type FaultOrder = z.input<typeof faultRuleSchema>;

export interface ApiAnswer {
  status: number;
  body: Record<string, unknown>;
}

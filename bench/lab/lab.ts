import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { bundleAll } from './bundles';
import { GatewayControl } from './gateway-control';
import { BenchPart } from './part';
import { Stack, type ServerKind, type StackPlan } from './stack';

/** A server, whether our worker and API run around it, and what they are set to beyond the defaults. */
export type WantedStack = Pick<StackPlan, 'kind' | 'saga' | 'environment'>;

/** Everything that is measured, in a temporary folder: the gateway, and a stack around each server. */
export class Lab {
  private constructor(
    private readonly folder: string,
    private readonly gatewayPart: BenchPart,
    readonly gateway: GatewayControl,
    private readonly stacks: ReadonlyMap<ServerKind, Stack>,
  ) {}

  /**
   * Starts what is wanted, the servers side by side.
   * @throws BenchPartDied
   */
  static async start(wanted: readonly WantedStack[]): Promise<Lab> {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'datacode-bench-'));
    const bundles = bundleAll(folder);
    const entry = path.join(__dirname, 'gateway-entry.ts');
    const started = await BenchPart.start('gateway', entry, process.env, path.join(folder, 'gateway.log'));
    const gateway = new GatewayControl(`http://127.0.0.1:${String(started.details['port'])}`);
    const begun = await Promise.allSettled(
      wanted.map((plan) =>
        Stack.start({ ...plan, folder: path.join(folder, plan.kind), bundles, gatewayUrl: gateway.url }),
      ),
    );
    const stacks = new Map(
      begun.flatMap((result) => (result.status === 'fulfilled' ? [[result.value.kind, result.value]] : [])),
    );
    const lab = new Lab(folder, started.part, gateway, stacks);
    const fault = begun.find((result) => result.status === 'rejected');
    if (!fault) return lab;
    await lab.stop();
    throw fault.reason;
  }

  /** @throws Error when that server was not asked for at the start */
  stack(kind: ServerKind): Stack {
    const stack = this.stacks.get(kind);
    if (!stack) throw new Error(`the ${kind} server was not started`);
    return stack;
  }

  /** The gateway's process. */
  get gatewayPid(): number {
    return this.gatewayPart.pid;
  }

  /** Does some work, and gives it up when a part dies meanwhile. */
  watched<T>(work: Promise<T>): Promise<T> {
    return Promise.race([work, this.gatewayPart.died, ...[...this.stacks.values()].map(({ died }) => died)]);
  }

  /** Stops every process and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all([...this.stacks.values()].map((stack) => stack.stop()));
    await this.gatewayPart.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

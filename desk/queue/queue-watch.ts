import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { CurrentState } from '../../client/current-state';
import type { NamespaceFault } from '../../client/namespace-fault';
import { namespaceFault, NamespaceUnusable } from '../../client/namespace-state';
import { PurchaseUnreadable, TemporalUnavailable } from '../../client/purchases';
import { WaitingWorkNow, type WaitingWork } from '../../client/waiting-work';
import { WorkerPresence } from '../../client/worker-presence';
import type { PausesSource } from '../../client/control';
import type { Pause } from '../../domain/control';
import { readQueue } from '../../operators/queue';
import type { Queue, QueueFilter, QueueItem } from '../../operators/queue-item';
import { StuckSteps } from '../../operators/stuck-steps';
import { LatestEntries } from '../../runtime/latest-entries';
import { itemAfter } from './queue-links';

/** The queue at a moment, and whether there are workers. */
export interface QueueNow {
  queue: Queue;
  hasWorkers: boolean;
  /** What Temporal keeps from our workers, though they live. */
  waitingWork: readonly WaitingWork[];
  /** What is wrong with Temporal's namespace. */
  namespace?: NamespaceFault | undefined;
  /** What is not sold now. */
  pauses: readonly Pause[];
  /** Differs when anything that a page shows does. */
  digest: string;
}

/** The fault while the queue cannot be read. */
type Listener = (now: QueueNow | TemporalUnavailable) => void;

/** How often the queue is read while somebody looks, milliseconds. */
const EVERY_MS = 3_000;
const FRESH_MS = 1_000;
const NAMESPACE_AGES = { freshMs: 10_000, maxMs: 15_000 };
/** Filters whose result is kept for so long. */
const MOST_FILTERS = 50;

/** Reads the queue for all pages of this process together, and tells those who listen when it has changed. */
export class QueueWatch {
  private readonly listeners = new Set<Listener>();
  private readonly stopped = new AbortController();
  private isRunning = false;
  private known: { now: QueueNow; at: number } | undefined;
  private reading: Promise<QueueNow> | undefined;
  /** `at` is when it was read; it is under way until then. */
  private readonly filtered = new LatestEntries<string, { queue: Promise<Queue>; at?: number }>(MOST_FILTERS);
  private readonly steps: StuckSteps;
  private readonly workers: WorkerPresence;
  private readonly work: WaitingWorkNow;
  private readonly namespace: CurrentState<NamespaceFault | undefined>;

  /** @param onFault called with what is not Temporal's silence */
  constructor(
    private readonly client: Client,
    taskQueue: string,
    private readonly control: PausesSource,
    private readonly onFault: (fault: unknown) => void,
  ) {
    this.steps = new StuckSteps(client);
    this.workers = new WorkerPresence(client, taskQueue);
    this.work = new WaitingWorkNow(client, taskQueue);
    this.namespace = new CurrentState({ read: () => namespaceFault(client) }, undefined, NAMESPACE_AGES);
  }

  /** @throws TemporalUnavailable */
  now(): Promise<QueueNow> {
    if (this.known && performance.now() - this.known.at < FRESH_MS) return Promise.resolve(this.known.now);
    this.reading ??= this.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  /** What a filter lets through, read for it alone: what the whole queue has no place for is found as well. @throws TemporalUnavailable */
  async find(filter: QueueFilter): Promise<Queue> {
    if (Object.values(filter).every((value) => value === '')) return (await this.now()).queue;
    const key = JSON.stringify(Object.values(filter));
    const known = this.filtered.get(key);
    if (known && performance.now() - (known.at ?? Infinity) < FRESH_MS) return known.queue;
    const reading: { queue: Promise<Queue>; at?: number } = {
      queue: readQueue(this.client, this.steps, { filter }).finally(() => (reading.at = performance.now())),
    };
    this.filtered.set(key, reading);
    return reading.queue;
  }

  /** The last that was read, for pages that show no more than the count. */
  get last(): QueueNow | undefined {
    return this.known?.now;
  }

  /** What waits for a person next after what is at an address, by the queue that was read last. */
  nextAfter(address: string): QueueItem | undefined {
    return this.last && itemAfter(this.last.queue.items, address);
  }

  /** How many things wait for a person, when it was last read. */
  get waiting(): number | undefined {
    return this.last && waitingFor(this.last.queue);
  }

  /** Listens; the result ends it. */
  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    if (!this.isRunning) void this.run();
    return () => this.listeners.delete(listener);
  }

  stop(): void {
    this.stopped.abort();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (this.listeners.size > 0 && !this.stopped.signal.aborted) {
      const now = await this.now().catch((fault: unknown) => {
        if (fault instanceof TemporalUnavailable) return fault;
        this.onFault(fault);
        return new TemporalUnavailable('the queue cannot be read', { cause: fault });
      });
      for (const listener of this.listeners) listener(now);
      await pause(EVERY_MS, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
    }
    this.isRunning = false;
  }

  private async read(): Promise<QueueNow> {
    const namespace = await this.namespace.now();
    const [queue, hasWorkers, waitingWork, pauses] = await Promise.all([
      readQueue(this.client, this.steps),
      this.workers.hasWorkers(),
      this.work.now(),
      this.pauses(),
    ]).catch((fault: unknown) => {
      throw namespace ? new NamespaceUnusable(namespace, { cause: fault }) : fault;
    });
    const digest = createHash('sha256')
      .update(JSON.stringify([queue, hasWorkers, waitingWork, namespace, pauses]))
      .digest('base64url');
    const now = { queue, hasWorkers, waitingWork, namespace, pauses, digest };
    this.known = { now, at: performance.now() };
    return now;
  }

  /** A list of pauses that cannot be read hides no purchase; the page of the day says why. */
  private async pauses(): Promise<readonly Pause[]> {
    try {
      return (await this.control.read()).pauses;
    } catch (fault) {
      if (fault instanceof PurchaseUnreadable) return [];
      throw fault;
    }
  }
}

/** How many wait for a person, those that are not listed included. */
export function waitingFor({ items, unlisted }: Queue): number {
  const listed = items.filter(({ waitsFor }) => waitsFor === 'person').length;
  return unlisted.reduce((sum, { count }) => sum + count, listed);
}

import { DeliveryLane, type LaneWorld } from './delivery-lane';
import type { NoticeVerdict } from './signed-delivery';

/** One attempt of a delivery. */
export interface DeliveryTurn {
  /** Counts from 1; later attempts have waited already. */
  attempt: number;
  /** Whether it is repeated when it is held back. */
  mayBeHeld: boolean;
  /** Whether its channel waits for this very delivery: an open circuit does not hold it back, and held back it is over. */
  asked?: boolean;
}

/**
 * Why a delivery was held back: the maximum of concurrent deliveries to its channel, to its host, or to all slow and
 * silent webhooks is reached, or its webhook's circuit is open.
 */
export const HELD_BY = ['channel', 'host', 'silent_hosts', 'circuit'] as const;
export type HeldBy = (typeof HELD_BY)[number];

/** Nothing was sent. */
export interface DeliveryHeld {
  kind: 'held';
  by: HeldBy;
  /** For channel and operators. */
  detail: string;
  retryAfterMs: number;
}

/** Maximum of concurrent deliveries of one worker. */
export interface DeliveryBounds {
  ofChannel: number;
  /** Of all channels that share the host. */
  ofHost: number;
  /** To all webhooks whose last answer was late or missing; the rest is for those that answer soon. */
  toSilentHosts: number;
}

/** The circuit breaker as it is used here; a worker passes the class of `mobifone/circuit.ts`. */
export interface WebhookCircuit {
  holdsBack(): boolean;
  letThrough(message: string): ((end: 'answered' | 'failed' | 'abandoned') => void) | undefined;
  retryAfterMs(): number;
  onTurn: (open: boolean) => void;
}

/** Gets the gate's events, by channel. */
export interface DeliveryListener {
  underWay(channel: string, count: number): void;
  held(channel: string, by: HeldBy): void;
  /** Whether the channel's webhook counts as silent. */
  turned(channel: string, open: boolean): void;
}

/** One message to be delivered to one webhook. */
export interface GatedDelivery {
  channel: string;
  url: string;
  /** Its id: failures of one message alone do not make the webhook silent. */
  message: string;
  turn: DeliveryTurn;
}

/** What is known of a channel's webhook since this process started, or since the channel changed the host. */
interface Destination {
  host: string;
  circuit: WebhookCircuit;
  /** Whether its last delivery was answered late or never. */
  isSlow: boolean;
}

/** From here on an answer is late: so long a receiver that hands its work on never takes. Milliseconds. */
const SLOW_AFTER_MS = 2_000;

const IN_WORDS: Readonly<Record<HeldBy, string>> = {
  channel: 'the maximum of concurrent deliveries to this channel is reached',
  host: 'the maximum of concurrent deliveries to this host is reached',
  silent_hosts:
    'the webhook was slow or silent last time, and the maximum of concurrent deliveries to such webhooks is reached',
  circuit: 'the webhook does not answer; it is probed from time to time',
};

/**
 * Lets deliveries to webhooks through or holds them back, so that no channel and no host takes more than its share of
 * this worker's slots, and a silent webhook costs only a probe now and then. Each channel's webhook has a circuit of its
 * own: with one per host, a channel's address on a shared host would close it to other channels (I9).
 */
export class DeliveryGate {
  /** As many as there are channels and hosts in the registry. */
  private readonly channels = new Map<string, DeliveryLane>();
  private readonly hosts = new Map<string, DeliveryLane>();
  private readonly destinations = new Map<string, Destination>();
  /** Of the deliveries to slow webhooks: half of a host's places is for those on it that answer soon. */
  private readonly slowOfHosts = new Map<string, DeliveryLane>();
  private readonly slowWebhooks: DeliveryLane;
  /** Only spreads the retries of all deliveries to silent webhooks; nothing is ever in progress in it. */
  private readonly deadWebhooks: DeliveryLane;

  constructor(
    private readonly bounds: DeliveryBounds,
    private readonly newCircuit: () => WebhookCircuit,
    private readonly listener: DeliveryListener,
    private readonly world: LaneWorld = { now: () => performance.now(), random: Math.random },
  ) {
    this.slowWebhooks = new DeliveryLane(bounds.toSilentHosts, world);
    this.deadWebhooks = new DeliveryLane(1, world, 0);
  }

  /**
   * @param deliver makes the delivery; it is called at most once, and not when the delivery is held back
   * @throws what `deliver` throws
   */
  async through(
    delivery: GatedDelivery,
    deliver: () => Promise<NoticeVerdict>,
  ): Promise<NoticeVerdict | DeliveryHeld> {
    const destination = this.destinationOf(delivery);
    const lanes = this.lanesOf(delivery, destination);
    const held = delivery.turn.mayBeHeld ? this.hold(delivery.turn, destination, lanes) : undefined;
    if (held) {
      this.listener.held(delivery.channel, held.by);
      return { kind: 'held', detail: IN_WORDS[held.by], ...held };
    }
    const ended = destination.circuit.letThrough(delivery.message);
    const leave = lanes.map(({ lane }) => lane.enter());
    this.reportUnderWay(delivery.channel);
    const sentAt = this.world.now();
    try {
      const verdict = await deliver();
      const silent = isSilent(verdict);
      destination.isSlow = silent || this.world.now() - sentAt >= SLOW_AFTER_MS;
      ended?.(silent ? 'failed' : 'answered');
      return verdict;
    } catch (error) {
      ended?.('abandoned');
      throw error;
    } finally {
      for (const each of leave) each();
      this.reportUnderWay(delivery.channel);
    }
  }

  private hold(
    { attempt, asked }: DeliveryTurn,
    { circuit }: Destination,
    lanes: readonly NamedLane[],
  ): Pick<DeliveryHeld, 'by' | 'retryAfterMs'> | undefined {
    if (circuit.holdsBack() && !asked) {
      const retryAfterMs = Math.max(circuit.retryAfterMs(), this.deadWebhooks.turnAfterMs());
      return { by: 'circuit', retryAfterMs };
    }
    const full = lanes.find(({ lane }) => !lane.hasPlace(attempt > 1));
    return full && { by: full.by, retryAfterMs: full.lane.turnAfterMs(!asked) };
  }

  private lanesOf({ channel }: GatedDelivery, { host, isSlow }: Destination): NamedLane[] {
    const { ofChannel, ofHost } = this.bounds;
    return [
      { by: 'channel', lane: this.laneOf(this.channels, channel, ofChannel) },
      { by: 'host', lane: this.laneOf(this.hosts, host, ofHost) },
      ...(isSlow ? this.slowLanesOf(host) : []),
    ];
  }

  private slowLanesOf(host: string): NamedLane[] {
    const ofHost = Math.ceil(this.bounds.ofHost / 2);
    return [
      { by: 'host', lane: this.laneOf(this.slowOfHosts, host, ofHost) },
      { by: 'silent_hosts', lane: this.slowWebhooks },
    ];
  }

  private laneOf(lanes: Map<string, DeliveryLane>, key: string, places: number): DeliveryLane {
    const lane = lanes.get(key) ?? new DeliveryLane(places, this.world);
    lanes.set(key, lane);
    return lane;
  }

  private destinationOf({ channel, url }: GatedDelivery): Destination {
    const { host } = new URL(url);
    const known = this.destinations.get(channel);
    if (known?.host === host) return known;
    if (known) {
      known.circuit.onTurn = () => undefined; // deliveries still in progress there do not count for the new webhook
      this.listener.turned(channel, false);
    }
    const circuit = this.newCircuit();
    circuit.onTurn = (open) => this.listener.turned(channel, open);
    const destination = { host, circuit, isSlow: false };
    this.destinations.set(channel, destination);
    return destination;
  }

  private reportUnderWay(channel: string): void {
    this.listener.underWay(channel, this.channels.get(channel)?.count ?? 0);
  }
}

interface NamedLane {
  by: Exclude<HeldBy, 'circuit'>;
  lane: DeliveryLane;
}

function isSilent(verdict: NoticeVerdict): boolean {
  return verdict.kind === 'retry' && verdict.silent === true;
}

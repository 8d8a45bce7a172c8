import { DeliveryLane, type LaneWorld } from './delivery-lane';
import type { NoticeVerdict } from './signed-delivery';

/** What one attempt of a delivery may ask for. */
export interface DeliveryTurn {
  /** Counts from 1; a later one has waited already. */
  attempt: number;
  /** Whether it is repeated when it is held back. */
  mayBeHeld: boolean;
}

/**
 * What a delivery was held back for: its channel or its host has as many under way as it may, webhooks that are slow or
 * silent have, or its webhook is not tried at the moment since it did not answer.
 */
export const HELD_BY = ['channel', 'host', 'silent_hosts', 'circuit'] as const;
export type HeldBy = (typeof HELD_BY)[number];

/** Nothing was sent. */
export interface DeliveryHeld {
  kind: 'held';
  by: HeldBy;
  /** In words, for channel and operators. */
  detail: string;
  retryAfterMs: number;
}

/** How many deliveries one worker has under way at once. */
export interface DeliveryBounds {
  ofChannel: number;
  /** Of all channels that share the host. */
  ofHost: number;
  /** To all webhooks together that were slow or silent last time: the rest is for those that answer soon. */
  toSilentHosts: number;
}

/** What of a circuit breaker is used; see `mobifone/circuit.ts`, whose class it is in a worker. */
export interface WebhookCircuit {
  readonly holdsBack: boolean;
  letThrough(message: string): ((end: 'answered' | 'failed' | 'abandoned') => void) | undefined;
  comeBackAfter(): number;
  onTurn: (open: boolean) => void;
}

/** Told of what the gate does, by channel. */
export interface DeliveryListener {
  underWay(channel: string, count: number): void;
  held(channel: string, by: HeldBy): void;
  /** Whether the channel's webhook is taken for dead. */
  turned(channel: string, open: boolean): void;
}

/** One message to be delivered to one webhook. */
export interface GatedDelivery {
  channel: string;
  url: string;
  /** Its id: trouble with one message is not the webhook's being dead. */
  message: string;
  turn: DeliveryTurn;
}

/** A channel's webhook: what is known of it since this process began, or since the channel changed its host. */
interface Destination {
  host: string;
  circuit: WebhookCircuit;
  /** Whether its last delivery was answered late or never. */
  isSlow: boolean;
}

/** From here on an answer is late: so long a receiver that hands its work on never takes. Milliseconds. */
const SLOW_AFTER_MS = 2_000;

const IN_WORDS: Readonly<Record<HeldBy, string>> = {
  channel: 'as many deliveries to this channel as may be are under way',
  host: 'as many deliveries to this host as may be are under way',
  silent_hosts:
    'the webhook was slow or silent last time, and as many such deliveries as may be are under way',
  circuit: 'the webhook does not answer; it is tried from time to time',
};

/**
 * Lets deliveries to webhooks through or holds them back, so that no channel and no host has more than its share of
 * this worker's slots, and a webhook that is dead costs a probe now and then. A circuit is of one channel's webhook and
 * not of a host alone: or one channel's address on a shared host would close it to another channel (I9).
 */
export class DeliveryGate {
  /** As many as there are channels and hosts in the registry. */
  private readonly channels = new Map<string, DeliveryLane>();
  private readonly hosts = new Map<string, DeliveryLane>();
  private readonly destinations = new Map<string, Destination>();
  /** Of the deliveries to slow webhooks: half of a host's places is for those on it that answer soon. */
  private readonly slowOfHosts = new Map<string, DeliveryLane>();
  private readonly slowWebhooks: DeliveryLane;
  /** Nothing is ever under way in it: it only spreads what waits for dead webhooks, of all channels together. */
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
    this.tellUnderWay(delivery.channel);
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
      this.tellUnderWay(delivery.channel);
    }
  }

  private hold(
    { attempt }: DeliveryTurn,
    { circuit }: Destination,
    lanes: readonly NamedLane[],
  ): Pick<DeliveryHeld, 'by' | 'retryAfterMs'> | undefined {
    if (circuit.holdsBack) {
      const retryAfterMs = Math.max(circuit.comeBackAfter(), this.deadWebhooks.turnAfterMs());
      return { by: 'circuit', retryAfterMs };
    }
    const full = lanes.find(({ lane }) => !lane.hasPlace(attempt > 1));
    return full && { by: full.by, retryAfterMs: full.lane.turnAfterMs() };
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
      known.circuit.onTurn = () => undefined; // what is still on its way there says nothing of the new webhook
      this.listener.turned(channel, false);
    }
    const circuit = this.newCircuit();
    circuit.onTurn = (open) => this.listener.turned(channel, open);
    const destination = { host, circuit, isSlow: false };
    this.destinations.set(channel, destination);
    return destination;
  }

  private tellUnderWay(channel: string): void {
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

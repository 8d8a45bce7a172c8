import type { Client } from '@temporalio/client';
import { CurrentState, type Ages } from './current-state';
import { gatewayHealth } from './gateway-health';
import { TemporalUnavailable, type Purchases } from './purchases';

/** MobiFone as one worker sees it; unknown where no worker answers, and on servers without standalone activities. */
export const MOBIFONE_STATES = ['available', 'unavailable', 'unknown'] as const;
export type MobifoneState = (typeof MOBIFONE_STATES)[number];

/** Whether orders can be taken, and what becomes of them. */
export interface ServiceState {
  /** Temporal responds and accepts writes. */
  takesOrders: boolean;
  mobifone: MobifoneState;
}

export interface CurrentService {
  now(): Promise<ServiceState>;
}

/** However many channels ask, a process asks Temporal once in this time. */
const AGES: Ages = { freshMs: 5_000, maxMs: 10_000 };

/** The state of the service, cached for this process. */
export class CachedService implements CurrentService {
  private readonly state: CurrentState<ServiceState>;

  /** @param clock monotonic, milliseconds */
  constructor(
    purchases: Pick<Purchases, 'readiness'>,
    mobifone: () => Promise<MobifoneState>,
    clock?: () => number,
  ) {
    const read = async (): Promise<ServiceState> => {
      const [readiness, state] = await Promise.all([purchases.readiness(), mobifone()]);
      return { takesOrders: readiness === 'ready', mobifone: state };
    };
    this.state = new CurrentState({ read }, clock, AGES);
  }

  now(): Promise<ServiceState> {
    return this.state.now();
  }
}

export async function mobifoneState(client: Client, taskQueue: string): Promise<MobifoneState> {
  try {
    const health = await gatewayHealth(client, taskQueue);
    if (!health) return 'unknown';
    return health.isOut ? 'unavailable' : 'available';
  } catch (error) {
    if (error instanceof TemporalUnavailable) return 'unknown';
    throw error;
  }
}

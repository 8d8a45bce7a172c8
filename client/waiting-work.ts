import type { Client } from '@temporalio/client';
import { queueSides, type QueueSide } from '../runtime/configuration/task-queues';
import { CurrentState, type Ages } from './current-state';
import { nameOf, whoGetsWork, type QueueLimit, type SideNow } from './new-work';

/** Why the work of a side waits: its build takes none (the empty name is that of workers without one), or it is limited. */
type Why = { kind: 'deserted'; build: string } | ({ kind: 'limited' } & QueueLimit);

/** Work that waits though workers live, and on which sides of task queues. */
export interface WaitingWork {
  why: Why;
  sides: readonly QueueSide[];
}

/** Who looks at the desk asks every three seconds; Temporal is asked about all sides once in this time. */
const AGES: Ages = { freshMs: 15_000, maxMs: 20_000 };

/** What waits on any side of our task queues, remembered for this process. */
export class WaitingWorkNow {
  private readonly state: CurrentState<WaitingWork[]>;

  /** @param clock monotonic, milliseconds */
  constructor(client: Client, taskQueue: string, clock?: () => number) {
    const read = async () => waitingWork(await whoGetsWork(client, queueSides(taskQueue)));
    this.state = new CurrentState({ read }, clock, AGES);
  }

  /** @throws TemporalUnavailable */
  now(): Promise<readonly WaitingWork[]> {
    return this.state.now();
  }
}

/** What waits, by its reason. Where no worker asks for any work, none lives, and that is said otherwise. */
export function waitingWork(sides: readonly SideNow[]): WaitingWork[] {
  const alive = new Set(sides.flatMap(({ asking }) => asking));
  const found = new Map<string, { why: Why; sides: QueueSide[] }>();
  for (const side of sides)
    for (const why of [...desertedOn(side, alive), ...side.limits.map(limited)]) {
      const key = JSON.stringify(why);
      const { queue, type } = side;
      found.set(key, { why, sides: [...(found.get(key)?.sides ?? []), { queue, type }] });
    }
  return [...found.values()];
}

/** A build that lives asks for no work on a side where all its workers are full; where others ask, it does not. */
function desertedOn({ receivers, asking }: SideNow, alive: ReadonlySet<string>): Why[] {
  return receivers
    .filter(({ lately }) => lately === 0)
    .map(({ build }) => nameOf(build))
    .filter((build) => alive.size > 0 && (asking.length > 0 || !alive.has(build)))
    .map((build) => ({ kind: 'deserted', build }));
}

function limited(limit: QueueLimit): Why {
  return { kind: 'limited', ...limit };
}

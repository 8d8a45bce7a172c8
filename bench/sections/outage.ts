import type { Lab } from '../lab/lab';
import { usageOf } from '../lab/processes';
import type { Role, Stack } from '../lab/stack';
import { makeLoad } from '../load';
import { orderer } from '../sellers';
import { untilRunning } from '../until-running';
import type { Section } from './section';

/** What an outage of the gateway costs while orders keep coming. */
export interface OutageFigures {
  open: number;
  /** Orders a second that were made durable meanwhile. */
  acceptedPerSecond: number;
  /** Resident bytes by process: before the first order, and with all of them open. */
  memoryBytes: { idle: Memory; open: Memory };
  /** From the gateway's return until the last purchase was over. */
  recoverySeconds: number;
  /** Until half of them were over. */
  halfRecoverySeconds: number;
}

type Memory = Partial<Record<Role, number>>;

const AT_ONCE = 50;
/** How often it is told how many are open, in looks. */
const TELL_EVERY = 10;
/** After so long without an end the section gives up, seconds. */
const RECOVERY_LIMIT = 3600;

/** The gateway is out while so many orders come in; then it is back, and all are waited for. */
export const outage: Section<OutageFigures> = {
  title: 'Outage: memory with many purchases open, and how long until all are over once the gateway is back',
  stacks: [{ kind: 'tuned', saga: true }],
  async run(lab, { open }, say) {
    const stack = lab.stack('tuned');
    await makeLoad(orderer(stack), { atOnce: AT_ONCE, seconds: 0 }); // warm-up
    await untilRunning(stack.client, 0);
    const idle = memory(stack);
    await lab.gateway.order({ out: true });
    const accepted = await lab.watched(
      makeLoad(counting(orderer(stack), open, say), { atOnce: AT_ONCE, seconds: Infinity, most: open }),
    );
    const held = memory(stack);
    say(`${open} open: ${megabytes(held)}`);
    await lab.gateway.order({});
    const recovered = await lab.watched(recover(lab, open, say));
    return {
      open,
      acceptedPerSecond: accepted.perSecond,
      memoryBytes: { idle, open: held },
      ...recovered,
    };
  },
};

async function recover(
  lab: Lab,
  open: number,
  say: (line: string) => void,
): Promise<Pick<OutageFigures, 'recoverySeconds' | 'halfRecoverySeconds'>> {
  const { client } = lab.stack('tuned');
  const backAt = performance.now();
  const since = () => (performance.now() - backAt) / 1000;
  let looks = 0;
  const look = (running: number): void => {
    if (looks++ % TELL_EVERY === 0) say(`${since().toFixed(0)} s: ${running} are open`);
    if (since() > RECOVERY_LIMIT) throw new Error(`${running} purchases are open ${RECOVERY_LIMIT} s later`);
  };
  await untilRunning(client, open / 2, look);
  const halfRecoverySeconds = since();
  await untilRunning(client, 0, look);
  return { halfRecoverySeconds, recoverySeconds: since() };
}

function counting(order: () => Promise<string>, of: number, say: (line: string) => void) {
  let done = 0;
  return async (): Promise<string> => {
    const workflowId = await order();
    done += 1;
    if (done % 1000 === 0) say(`${done} of ${of} are ordered`);
    return workflowId;
  };
}

function memory(stack: Stack): Memory {
  const used: Memory = {};
  for (const { role, pid } of stack.processes) used[role] = (used[role] ?? 0) + usageOf(pid).memoryBytes;
  return used;
}

function megabytes(used: Memory): string {
  return Object.entries(used)
    .map(([role, bytes]) => `${role} ${Math.round(bytes / 1_048_576)} MB`)
    .join(', ');
}

import { setTimeout as pause } from 'node:timers/promises';
import { fileSizes } from './files';
import { processFigures } from './processes';
import { appendSample, type ProcessFigures, type Sample } from './sample';
import { startSoakStack, type SoakStack } from './stack';
import { SteadyLoad } from './steady-load';
import { soakOrders } from './orders';

/** How long and how hard, and what is kept of it. */
export interface SoakPlan {
  minutes: number;
  /** Orders a second. */
  rate: number;
  sampleEverySeconds: number;
  /** JSON lines, one sample each, added as it is taken. */
  samplesFile: string;
}

/**
 * Runs the stack of `npm start` in a folder of its own under a steady load and samples it.
 * @param stopping ends the load early; what was measured until then counts
 * @throws PartDied, CannotKeepUp, or an order's fault
 */
export async function soak(
  plan: SoakPlan,
  stopping: AbortSignal,
  say: (line: string) => void,
): Promise<Sample[]> {
  const stack = await startSoakStack(say);
  const over = new AbortController();
  const end = (): void => over.abort();
  stopping.addEventListener('abort', end, { once: true });
  const timer = setTimeout(end, plan.minutes * 60_000);
  const load = new SteadyLoad(soakOrders(stack.apiUrl, stack.channel), plan.rate);
  const samples: Sample[] = [];
  const take = (seconds: number): void => {
    const processes = figuresOf(stack);
    const { ended: purchases, underWay } = load;
    const sample = { seconds, purchases, underWay, processes, files: fileSizes(stack.folder) };
    appendSample(plan.samplesFile, sample);
    samples.push(sample);
  };
  const sampling = new AbortController();
  try {
    const selling = Promise.race([load.run(over.signal), stack.died]).finally(() => sampling.abort());
    await Promise.all([selling, sampleUntil(sampling.signal, plan.sampleEverySeconds, take)]);
    return samples;
  } finally {
    clearTimeout(timer);
    end(); // where a part has died, orders go out no more
    stopping.removeEventListener('abort', end);
    sampling.abort();
    await stack.stop();
  }
}

async function sampleUntil(
  over: AbortSignal,
  everySeconds: number,
  take: (seconds: number) => void,
): Promise<void> {
  const startedAt = performance.now();
  for (let count = 0; !over.aborted; count += 1) {
    take((performance.now() - startedAt) / 1_000);
    const dueIn = startedAt + (count + 1) * everySeconds * 1_000 - performance.now();
    await pause(Math.max(0, dueIn), undefined, { signal: over }).catch(() => undefined);
  }
}

function figuresOf(stack: SoakStack): Record<string, ProcessFigures> {
  return Object.fromEntries(
    [...stack.processes()].flatMap(([name, pid]) => {
      const figures = processFigures(pid);
      const liveHeapBytes = stack.liveHeap(name, pid);
      if (figures === undefined) return [];
      return [[name, liveHeapBytes === undefined ? figures : { ...figures, liveHeapBytes }]];
    }),
  );
}

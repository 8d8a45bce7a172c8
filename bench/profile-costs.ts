/** What Node's `--cpu-prof` writes, as far as it is read. */
export interface CpuProfile {
  nodes: readonly {
    id: number;
    callFrame: { functionName: string; url: string; lineNumber: number };
  }[];
  samples: readonly number[];
  /** Microseconds before each sample. */
  timeDeltas: readonly number[];
}

/** A share of the busy time. */
export interface Cost {
  what: string;
  share: number;
}

/** Where a process spent its time; waiting is no cost. */
export interface Costs {
  /** The entry point, as far as it can be told. */
  entry: string;
  busySeconds: number;
  byPackage: readonly Cost[];
  byFunction: readonly Cost[];
}

/**
 * Sums a profile up by the code that was running, callers left out.
 * @param skipSeconds of the process's life at its beginning: loading code is no cost of a purchase
 */
export function costsOf({ nodes, samples, timeDeltas }: CpuProfile, skipSeconds = 0): Costs {
  const frames = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const packages = new Map<string, number>();
  const functions = new Map<string, number>();
  let busy = 0;
  let elapsed = 0;
  samples.forEach((id, at) => {
    const frame = frames.get(id);
    const spent = timeDeltas[at] ?? 0;
    elapsed += spent;
    if (!frame || frame.functionName === '(idle)' || elapsed < skipSeconds * 1_000_000) return;
    busy += spent;
    const home = packageOf(frame.url);
    const name = frame.functionName || '(anonymous)';
    add(packages, frame.url ? home : name, spent);
    add(
      functions,
      frame.url ? `${name} (${home}, ${fileOf(frame.url)}:${frame.lineNumber + 1})` : name,
      spent,
    );
  });
  return {
    entry: entryOf(nodes.map(({ callFrame }) => callFrame.url)),
    busySeconds: busy / 1_000_000,
    byPackage: sorted(packages, busy),
    byFunction: sorted(functions, busy),
  };
}

const ENTRIES = [
  'worker-entry.ts',
  'yardstick/worker.ts',
  'api/main.ts',
  'gateway-entry.ts',
  'dev/temporal/main.ts',
  'stock-server-entry.ts',
];

/** A thread of a worker that runs workflows knows its bundle only, and tsx's loader nothing of ours. */
function entryOf(urls: readonly string[]): string {
  const bundle = ['saga.js', 'yardstick.js'].find((name) => urls.some((url) => url.endsWith(name)));
  if (bundle) return `workflow thread of ${bundle}`;
  return ENTRIES.find((entry) => urls.some((url) => url.endsWith(entry))) ?? 'a thread that loads code';
}

/** A package of node_modules, a room of ours, or Node itself. */
function packageOf(url: string): string {
  const installed = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (installed !== undefined) return installed;
  if (url.startsWith('node:')) return 'node';
  if (!url.startsWith('file:') && !url.startsWith('/')) return `workflow code (${url.slice(0, 40)})`;
  return url.split('/').slice(-2)[0] ?? url;
}

function fileOf(url: string): string {
  return url.slice(url.lastIndexOf('/') + 1);
}

function add(sums: Map<string, number>, what: string, spent: number): void {
  sums.set(what, (sums.get(what) ?? 0) + spent);
}

function sorted(sums: ReadonlyMap<string, number>, whole: number): Cost[] {
  return [...sums]
    .map(([what, spent]) => ({ what, share: spent / Math.max(1, whole) }))
    .sort((one, other) => other.share - one.share);
}

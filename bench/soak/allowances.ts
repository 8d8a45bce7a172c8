/** How a figure may grow; all else is growth that nobody has explained. */
export interface Allowance {
  /** What it may grow with. */
  per: 'hour' | 'purchase';
  /** Bytes, or a count where the figure is a count. */
  most: number;
  /** Why that is not a leak; nothing for what must not grow. */
  because?: string;
}

export type FigureKind = 'memory' | 'live heap' | 'descriptors' | 'threads' | 'sockets' | 'file';

const MEBIBYTE = 1024 ** 2;

/** What a flat line may hide in hours of measuring, not what is thought harmless. */
const FLAT: Readonly<Record<FigureKind, Allowance>> = {
  memory: { per: 'hour', most: 2 * MEBIBYTE },
  'live heap': { per: 'hour', most: 2 * MEBIBYTE },
  file: { per: 'hour', most: 2 * MEBIBYTE },
  descriptors: { per: 'hour', most: 1 },
  threads: { per: 'hour', most: 1 },
  sockets: { per: 'hour', most: 1 },
};

/** Figures that grow for a reason; measured, with half as much again for what a day's mix of orders adds. */
const EXPLAINED: Readonly<Record<string, Allowance>> = {
  'file database': { per: 'purchase', most: 90_000, because: 'kept until the retention is over' },
  'file ledger': { per: 'purchase', most: 4_500, because: "MobiFone's memory, in the sandbox" },
  'file logs': { per: 'purchase', most: 2_000, because: 'kept up to the bound of the logs' },
  'memory temporal': {
    per: 'hour',
    most: 8 * MEBIBYTE,
    because: 'Go gives back late; its live heap must be flat',
  },
  'memory sandbox': { per: 'purchase', most: 6_000, because: 'knows every transaction id (P1)' },
  'live heap sandbox': { per: 'purchase', most: 600, because: 'knows every transaction id (P1)' },
};

/** How a figure of a part or a kind of file may grow. */
export function allowanceOf(kind: FigureKind, of: string): Allowance {
  return EXPLAINED[`${kind} ${of}`] ?? FLAT[kind];
}

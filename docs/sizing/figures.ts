import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HistoryFigures } from '../../bench/history-figures';
import type { Percentiles } from '../../bench/percentiles';

export const SIZING_FIGURES_FILE = join('docs', 'sizing', 'figures.json');

/** What `npm run bench:cluster -- --write` measured of postpaid purchases that went well and were waited for. */
export interface ClusterFigures {
  /** The day, local to the machine. */
  measuredAt: string;
  machine: string;
  shards: number;
  purchases: number;
  atOnce: number;
  perSecond: number;
  /** Until the channel had its answer. */
  answerMs: Percentiles;
  /** By kind of part; all processes of a kind together. */
  processorMsPerPurchase: Record<string, number>;
  databasePerPurchase: { storedBytes: number; walBytes: number; walSyncs: number; commits: number };
  history: HistoryFigures;
}

export function readFigures(): ClusterFigures {
  return JSON.parse(readFileSync(SIZING_FIGURES_FILE, 'utf8')) as ClusterFigures; // written by the bench alone
}

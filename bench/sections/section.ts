import type { Lab, WantedStack } from '../lab/lab';

/** What a run of the bench is asked for. */
export interface Settings {
  /** The ratios alone, in a fixed time. */
  quick: boolean;
  /** How many purchases are open at once in the outage. */
  open: number;
  /** How many purchases are stored in the end. */
  stored: number;
}

/** One part of the bench, on a stack that nothing else was measured on. */
export interface Section<Result> {
  /** In words, for progress. */
  title: string;
  /** The servers that it wants, and what runs around each. */
  stacks: readonly WantedStack[];
  run(lab: Lab, settings: Settings, say: (line: string) => void): Promise<Result>;
}

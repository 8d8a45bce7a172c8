import path from 'node:path';

/** The environment of a program that runs on the day after. */
export const NEXT_DAY_CLOCK = {
  NODE_OPTIONS: `--require ${path.join(__dirname, 'next-day-clock.cjs')}`,
};

import { COULD_NOT_RUN } from '../terminal/run-command';

/** How the command ends, for the script that runs it. */
export const EXIT = { done: 0, refused: 1, couldNotRun: COULD_NOT_RUN } as const;

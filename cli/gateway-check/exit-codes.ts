import { COULD_NOT_RUN } from '../terminal/run-command';

/** How the command ends, for the script that runs it. */
export const EXIT = { holds: 0, doesNotHold: 1, couldNotRun: COULD_NOT_RUN } as const;

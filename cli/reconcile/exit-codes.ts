import { COULD_NOT_RUN } from '../terminal/run-command';

/** How the command ends, for the scheduler or the script that runs it. */
export const EXIT = { clean: 0, breaks: 1, couldNotRun: COULD_NOT_RUN } as const;

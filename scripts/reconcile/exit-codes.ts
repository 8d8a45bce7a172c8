/** How the command ends, for the scheduler or the script that runs it. */
export const EXIT = { clean: 0, breaks: 1, couldNotRun: 2 } as const;

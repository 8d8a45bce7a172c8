/** How the command ends, for the script that runs it. */
export const EXIT = { done: 0, refused: 1, couldNotRun: 2 } as const;

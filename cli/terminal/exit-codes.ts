/** How every command ends, for the script or the scheduler that runs it. */
export const EXIT = {
  /** Done, clean, complete: what was asked for holds. */
  done: 0,
  /** It ran, and the answer is no: refused, breaks found, a promise not kept, a day not complete. */
  notAsWanted: 1,
  /** It could not run: a wrong call, a file or a server that cannot be reached. It may be tried again. */
  couldNotRun: 2,
} as const;

/** The same for the help. */
export const EXIT_IN_WORDS =
  'Exits 0 when done, 1 when the answer is no (refused, breaks, not complete), 2 when it could not run.';

/** How every command ends, for the script or the scheduler that runs it: the one table. */
const EXITS = {
  done: { code: 0, meaning: 'Done; clean; complete.' },
  notAsWanted: {
    code: 1,
    meaning:
      'It ran, and the answer is no: refused, not found, breaks, a promise not kept, a day not complete.',
  },
  couldNotRun: {
    code: 2,
    meaning: 'It could not run: wrong usage, or a file or server that cannot be reached.',
  },
  interrupted: { code: 130, meaning: 'Interrupted twice.' },
} as const;

export const EXIT = {
  done: EXITS.done.code,
  notAsWanted: EXITS.notAsWanted.code,
  couldNotRun: EXITS.couldNotRun.code,
  interrupted: EXITS.interrupted.code,
} as const;

/** The table in the form that the help shows. */
export const EXIT_CODES_IN_WORDS = [
  'Exit codes:',
  ...Object.values(EXITS).map(({ code, meaning }) => `  ${String(code).padEnd(3)}  ${meaning}`),
].join('\n');

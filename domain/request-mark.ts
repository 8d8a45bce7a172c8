/**
 * By what a request of ours is known, inside its seal. Stored, it can be sent again by whoever has no key: the workflow takes
 * each once, and none that was made for another run. One that a person types into the Web UI, and one of an earlier version,
 * has none.
 */
export interface RequestMark {
  requestId: string;
  /** Temporal's id of the run that it was made for. */
  runId: string;
}

export type MarkedRequest = Partial<RequestMark>;

/** What an answer names, so that a copy of it answers no other request. */
export interface Answering {
  /** The id of the request; of a cancellation the name of its update. */
  answers?: string;
}

/** The failure types with which a request is refused that was made for another run, or was taken before. */
export const REQUEST_REFUSALS = {
  otherRun: 'RequestOfAnotherRun',
  takenBefore: 'RequestTakenBefore',
} as const;

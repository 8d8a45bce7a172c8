/** What operators decided, as a workflow that runs for ever keeps it and hands it to its next run. */
export interface DecidedList {
  /** The latest acts, the latest last; every act is in the histories besides. */
  trail: readonly { at: string }[];
  /** A run of ours handed it on. Where it names an act, only a run of ours can have written it. */
  handedOn?: true;
}

/** As many acts are kept beside the list. */
export const LONGEST_TRAIL = 50;

/** The list as a run hands it to the next one: one without any act is told from that of a first start. */
export function toHandOn<State extends DecidedList>(state: State): State {
  return state.trail.length > 0 ? state : { ...state, handedOn: true };
}

/** Whether a run of ours had this list; whoever can write to Temporal can have a run continued with that of the first start. */
export function isHandedOn({ trail, handedOn }: DecidedList): boolean {
  return trail.length > 0 || handedOn === true;
}

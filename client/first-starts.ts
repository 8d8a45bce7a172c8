import { Remembered } from './remembered';

/** The first run of a workflow: whoever started it, or found that run out, knows it without a search. */
export const firstStarts = new Remembered<string>();

/** What a worker reads in place of an argument in clear, where encryption is on; shown to whoever entered it. */
export const CLEAR_TEXT_REFUSED = '(clear text, refused while encryption is on)';

/** Excel's own tags have at most some thirty attributes; a parser takes long over hundreds of thousands. */
const MAX_ATTRIBUTES = 256;
const MAX_TAG_BYTES = 100_000;
/** A cell's 32,767 characters, each written as an entity, are less. */
const MAX_TEXT_BYTES = 500_000;

const [OPEN, CLOSE, EQUALS] = ['<', '>', '='].map((mark) => mark.charCodeAt(0));

/**
 * Looks at each byte of an XML file once, before a parser does.
 * @returns why no spreadsheet writes such a file; nothing where nothing is out of measure
 */
export function outOfMeasure(xml: Uint8Array): string | undefined {
  let began = 0;
  let isTag = false;
  let attributes = 0;
  for (let at = 0; at <= xml.length; at += 1) {
    const byte = xml[at];
    if (byte === EQUALS) attributes += 1;
    const isBoundary = byte === undefined || byte === (isTag ? CLOSE : OPEN);
    if (!isBoundary) continue;
    if (isTag && attributes > MAX_ATTRIBUTES) return `has a tag with more than ${MAX_ATTRIBUTES} attributes`;
    const [most, what] = isTag ? [MAX_TAG_BYTES, 'tag'] : [MAX_TEXT_BYTES, 'text'];
    if (at - began > most) return `has a ${what} of more than ${most} bytes`;
    began = at;
    isTag = byte === OPEN;
    attributes = 0;
  }
  return undefined;
}

/** A tag as it stands in a text. What is within it is read when it is asked for: most of millions are not. */
export class Tag {
  /** Of its namespace; empty where it has none. */
  readonly prefix: string;
  /** Without the prefix. */
  readonly name: string;

  /**
   * @param xml the text
   * @param written its name with its prefix
   * @param inner its attributes
   * @param end where what is in the element begins in the text
   */
  constructor(
    private readonly xml: string,
    readonly written: string,
    readonly isEnd: boolean,
    private readonly inner: string,
    readonly isEmpty: boolean,
    private readonly end: number,
  ) {
    const colon = written.indexOf(':');
    this.prefix = colon < 0 ? '' : written.slice(0, colon);
    this.name = colon < 0 ? written : written.slice(colon + 1);
  }

  /** By their names as they are written: one with a prefix is of another vocabulary. */
  get attributes(): Readonly<Record<string, string>> {
    const attributes: Record<string, string> = {};
    for (const [, name = '', double, single] of this.inner.matchAll(ATTRIBUTE)) {
      if (Object.hasOwn(attributes, name)) throw new XmlFault(`it has <${this.written}> with ${name} twice`);
      attributes[name] = decoded(double ?? single ?? '');
    }
    return attributes;
  }

  /** The namespaces that it declares, by their prefixes; undefined for none. */
  get namespaces(): ReadonlyMap<string, string> | undefined {
    if (!this.inner.includes('xmlns')) return undefined;
    const declared = Object.entries(this.attributes).flatMap(([name, value]) => {
      const prefix = /^xmlns(?::(.*))?$/.exec(name);
      return prefix ? [[prefix[1] ?? '', value] as const] : [];
    });
    return new Map(declared);
  }

  /** The text in the element, up to the next tag. */
  get text(): string {
    return this.isEmpty ? '' : decoded(this.xml.slice(this.end, this.xml.indexOf('<', this.end)));
  }
}

/** A text that is no XML, or none that a spreadsheet program writes. */
export class XmlFault extends Error {}

/**
 * A tag, or the begin of anything else. A quotation mark that is not closed ends at the next `<`, so that no text takes longer
 * than it is long. Letters of other scripts would name what others read and we do not see.
 */
const NAME = String.raw`(?:[A-Za-z_][\w.-]*:)?[A-Za-z_][\w.-]*`;
const TAG = new RegExp(
  String.raw`<(?:(\/)(${NAME})\s*|(${NAME})((?:\s+${NAME}\s*=\s*(?:"[^"<]*"|'[^'<]*'))*)\s*(\/?))>|<`,
  'g',
);
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
/** How a part may begin (ECMA-376 part 2, 8.3.4, and UTF-8, as which it is read). */
const DECLARATION =
  /^\uFEFF?(?:<\?xml\s+version\s*=\s*(["'])1\.0\1(?:\s+encoding\s*=\s*(["'])utf-?8\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>)?/i;
const SHOWN = 20;

/**
 * The tags of an XML text, in their order.
 * @throws XmlFault for a comment, an instruction or anything else but tags and text, of which no spreadsheet program writes any:
 *   others would take for a tag what is none, or the reverse
 */
export function* tagsOf(xml: string): Generator<Tag> {
  const search = new RegExp(TAG);
  search.lastIndex = DECLARATION.exec(xml)?.[0].length ?? 0;
  for (let found = search.exec(xml); found; found = search.exec(xml)) {
    const [, slash, ended, begun, inner = '', empty] = found;
    const written = begun ?? ended;
    if (written === undefined) throw new XmlFault(`it has "${xml.slice(found.index, found.index + SHOWN)}"`);
    yield new Tag(xml, written, slash === '/', inner, empty === '/', search.lastIndex);
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
/** What XML has no character for (XML 1.0, 2.2). */
const NO_CHARACTER = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;

function decoded(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(
    /&(?:#(\d{1,7});|#x([\da-f]{1,6});|(amp|lt|gt|quot|apos);)?/gi,
    (whole, dec, hex, name) => {
      const code = typeof dec === 'string' ? Number(dec) : Number.parseInt(String(hex), 16);
      const character =
        typeof name === 'string' ? ENTITIES[name] : code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
      if (character === undefined || NO_CHARACTER.test(character))
        throw new XmlFault(`it has "${whole}", which stands for no character`);
      return character;
    },
  );
}

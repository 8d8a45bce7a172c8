import { unusable } from './unusable-workbook';

/** A tag as it stands in a text. What is within it is read when it is asked for: most of millions are not. */
export class Tag {
  /**
   * @param prefix of its namespace; empty where it has none
   * @param name without its namespace's prefix
   * @param inner what follows its name
   * @param nameEnd where its name ends in the text
   */
  constructor(
    readonly prefix: string,
    readonly name: string,
    readonly isEnd: boolean,
    private readonly inner: string,
    readonly nameEnd: number,
  ) {}

  /** Where what is in it begins in the text. */
  get end(): number {
    return this.nameEnd + this.inner.length + 1;
  }

  /** `<c/>` */
  get isEmpty(): boolean {
    return this.inner.endsWith('/');
  }

  /**
   * By their names without prefixes.
   * @throws SettlementFileFault for one that we read which is there twice, or of another vocabulary: others would read another value
   */
  get attributes(): Readonly<Record<string, string>> {
    const { attributes, strange } = attributesOf(this.inner);
    if (strange === undefined) return attributes;
    throw unusable(`it has <${this.name}> with an attribute twice, or of another vocabulary: ${strange}`);
  }

  /** The namespaces that it declares, by their prefixes. */
  get namespaces(): Readonly<Record<string, string>> {
    return this.inner.includes('xmlns') ? attributesOf(this.inner).namespaces : {};
  }
}

/**
 * A tag, or the begin of anything else. A quotation mark that is not closed ends at the next `<`, so that no text takes longer
 * than it is long. Letters of other scripts would name what others read and we do not see.
 */
const TAG = /<(\/?)(?:([\w.-]+):)?([\w.-]+)(?=[\s/>])((?:[^<>"'\u0080-\uffff]|"[^"<]*"|'[^'<]*')*)>|</g;
/** How a part may begin (ECMA-376 part 2, 8.3.4, and UTF-8, as which it is read). */
const DECLARATION =
  /^\uFEFF?<\?xml\s+version\s*=\s*(["'])1\.0\1(?:\s+encoding\s*=\s*(["'])utf-?8\2)?(?:\s+standalone\s*=\s*(["'])(?:yes|no)\3)?\s*\?>/i;
const SHOWN = 20;
const ATTRIBUTE = /(?:([\w.-]+):)?([\w.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The tags of an XML text, in their order. It finds places; whether the text is well-formed is for whoever reads it.
 * @param only the names that are wanted; all unless given
 * @throws SettlementFileFault for a comment, an instruction or anything else but tags and text, of which no spreadsheet writes any:
 *   others would take for a tag what is none, or the reverse
 */
export function* tagsOf(xml: string, only?: ReadonlySet<string>): Generator<Tag> {
  const search = new RegExp(TAG);
  search.lastIndex = DECLARATION.exec(xml)?.[0].length ?? 0;
  for (let found = search.exec(xml); found; found = search.exec(xml)) {
    const [, slash, prefix = '', name, inner = ''] = found;
    if (name === undefined)
      throw unusable(
        `it has "${xml.slice(found.index, found.index + SHOWN)}", which is not as a workbook has it`,
      );
    if (!only || only.has(name))
      yield new Tag(prefix, name, slash === '/', inner, search.lastIndex - 1 - inner.length);
  }
}

function attributesOf(inner: string): {
  attributes: Record<string, string>;
  namespaces: Record<string, string>;
  strange: string | undefined;
} {
  const attributes: Record<string, string> = {};
  const namespaces: Record<string, string> = {};
  let strange: string | undefined;
  for (const [, prefix, name = '', double, single] of inner.matchAll(ATTRIBUTE)) {
    const value = decoded(double ?? single ?? '');
    if (prefix === 'xmlns') namespaces[name] = value;
    else if (prefix === undefined && name === 'xmlns') namespaces[''] = value;
    else {
      const isStrange = attributes[name] !== undefined || (prefix !== undefined && name !== 'id');
      if (isStrange && READ.has(name)) strange ??= prefix === undefined ? name : `${prefix}:${name}`;
      attributes[name] = value;
    }
  }
  return { attributes, namespaces, strange };
}

/** The attributes that we, or the library, read; `r:id` alone has a prefix. */
const READ: ReadonlySet<string> = new Set(
  (
    'r s t ref hidden ht min max width defaultColWidth zeroHeight defaultRowHeight numFmtId formatCode ' +
    'name id state date1904 Id Type Target'
  ).split(' '),
);

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([\da-f]{1,6})|(amp|lt|gt|quot|apos));/gi,
    (whole, dec, hex, name) => {
      if (typeof name === 'string') return ENTITIES[name] ?? whole;
      const code = typeof dec === 'string' ? Number(dec) : Number.parseInt(String(hex), 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
    },
  );
}

import type { SettlementFileFault } from './settlement-text';
import { unusable, WAY_OUT } from './unusable-workbook';
import { tagsOf, XmlFault, type Tag } from './xml-tags';

/** An element that we read, and where what it has in it may stand (ECMA-376 part 1, and part 2 for relationships). */
export interface Element {
  /** What we read, in the standard's order. */
  inside?: ReadonlyMap<string, Place>;
  /** Of the same vocabulary, and not read. */
  unread?: ReadonlySet<string>;
  /** Whether other vocabularies may stand in it, which a spreadsheet leaves out unless it knows them. */
  hasOthers?: true;
}
interface Place extends Element {
  /** Its place among the others, from 0. Those with the same one exclude each other. */
  at: number;
  isRepeated?: true;
}

export function places(inside: Readonly<Record<string, Place>>): ReadonlyMap<string, Place> {
  return new Map(Object.entries(inside));
}

/** What a spreadsheet reads as its own (ECMA-376, and its strict form). */
export const MAIN: readonly string[] = [
  'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  'http://purl.oclc.org/ooxml/spreadsheetml/main',
];

/** A part of a workbook: its root, and the namespaces of which it is one. */
export interface Part extends Element {
  root: string;
  namespaces: readonly string[];
}

/** Whoever reads a part is told of the elements that we read, in their order. */
export interface PartReader {
  begin(tag: Tag): void;
  /** An empty one ends as well. */
  end?(name: string): void;
  /** Where in the workbook it is, for a fault. */
  where(): string;
}

/** Excel's own are within a dozen. */
const MAX_DEPTH = 200;

interface Open {
  written: string;
  /** Undefined for what is not read. */
  element: Element | undefined;
  /** The place of the last one in it. */
  at: number;
  last: string;
  namespaces: ReadonlyMap<string, string> | undefined;
}

/**
 * Reads a part by one rule: what we read stands where the standard has it, with all that it stands in, and nowhere else. A
 * spreadsheet leaves out what it does not know, with all that is in it (ECMA-376 part 3), and shows nothing of it.
 * @throws SettlementFileFault with the place, for anything else
 */
export function readPart(xml: string, part: Part, reader: PartReader): void {
  const walk = new Walk(part, reader);
  try {
    for (const tag of tagsOf(xml)) walk.take(tag);
    walk.finish();
  } catch (fault) {
    if (fault instanceof XmlFault) throw walk.fault(`${fault.message}, which is not as a workbook has it`);
    throw fault;
  }
}

class Walk {
  private readonly open: Open[] = [];
  private namespace: string | undefined;
  private isOver = false;

  constructor(
    private readonly part: Part,
    private readonly reader: PartReader,
  ) {}

  take(tag: Tag): void {
    if (tag.isEnd) return this.end(tag.written);
    const parent = this.open.at(-1);
    const { namespaces } = tag;
    const opened: Open = { written: tag.written, element: undefined, at: -1, last: '', namespaces };
    this.open.push(opened);
    if (this.open.length > MAX_DEPTH) throw this.fault(`it has elements within ${MAX_DEPTH} others`);
    opened.element = parent ? this.elementIn(parent, tag) : this.rootOf(tag);
    if (opened.element) this.reader.begin(tag);
    if (tag.isEmpty) this.end(tag.written);
  }

  finish(): void {
    if (this.open.length > 0) throw this.fault('it is cut short, which is not as a workbook has it');
    if (!this.isOver) throw this.fault(`it is not as a workbook has it: it has no <${this.part.root}>`);
  }

  fault(why: string): SettlementFileFault {
    return unusable(`${this.reader.where()} ${why}; ${WAY_OUT}`);
  }

  private end(written: string): void {
    const ended = this.open.pop();
    if (ended?.written !== written)
      throw this.fault(`it has </${written}> without its beginning, which is not as a workbook has it`);
    if (ended.element) this.reader.end?.(written.slice(written.indexOf(':') + 1));
    this.isOver = this.open.length === 0;
  }

  private rootOf(tag: Tag): Element {
    this.namespace = this.namespaceOf(tag.prefix);
    const isKnown = this.namespace !== undefined && this.part.namespaces.includes(this.namespace);
    if (!this.isOver && isKnown && tag.name === this.part.root) return this.part;
    throw this.fault(
      `it is not as a workbook has it: it has no <${this.part.root}> of the standard's namespace, but <${tag.written}>`,
    );
  }

  private elementIn(parent: Open, tag: Tag): Element | undefined {
    const namespace = this.namespaceOf(tag.prefix);
    const isOwn = namespace === this.namespace;
    if (!isOwn && this.part.namespaces.includes(namespace ?? '')) throw this.misplaced(parent, tag);
    const { element } = parent;
    if (!element) {
      // what the parent is left out for, another program may know, and read this as if it stood in the root
      if (isOwn && this.part.inside?.has(tag.name)) throw this.misplaced(parent, tag);
      return undefined;
    }
    const place = isOwn ? element.inside?.get(tag.name) : undefined;
    if (!place) {
      if (isOwn ? element.unread?.has(tag.name) : element.hasOthers) return undefined;
      throw this.misplaced(parent, tag);
    }
    const isNext = place.at > parent.at || (place.isRepeated && parent.last === tag.name);
    if (!isNext) throw this.misplaced(parent, tag);
    parent.at = place.at;
    parent.last = tag.name;
    return place;
  }

  private misplaced({ written, last }: Open, tag: Tag): SettlementFileFault {
    const behind = last === '' ? '' : ` behind <${last}>`;
    return this.fault(
      `it has <${tag.written}> in <${written}>${behind}, which is not as a workbook has it: a spreadsheet may leave it out, or read it otherwise`,
    );
  }

  private namespaceOf(prefix: string): string | undefined {
    for (let at = this.open.length - 1; at >= 0; at -= 1) {
      const declared = this.open[at]?.namespaces?.get(prefix);
      if (declared !== undefined) return declared;
    }
    return undefined;
  }
}

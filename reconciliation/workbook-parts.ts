import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { stylesOf, type Style } from './number-formats';
import { foreignElement } from './sheet-vocabulary';
import { tooLarge, unusable } from './unusable-workbook';
import { outOfMeasure } from './xml-limits';
import { tagsOf, type Tag } from './xml-tags';

/** Where a workbook (ECMA-376) names its sheets, and where it names the files that they are in. */
const WORKBOOK = 'xl/workbook.xml';
const RELATIONSHIPS = 'xl/_rels/workbook.xml.rels';
/** Where other programs look first: it names the workbook. */
const PACKAGE = '_rels/.rels';
const MAIN_PART = /\/officeDocument\s*$/;
/** Relationships of which a workbook has one. */
const OWN_PARTS = /\/(styles|sharedStrings)\s*$/;
/** Where some programs look for the styles, whatever is named. */
const STYLES = 'xl/styles.xml';
const MAX_NAMED_SHEETS = 20;
/** Parts without data. */
const UNREAD = /^(?:docProps|customXml)\//;

/** One sheet of a workbook. */
export interface Sheet {
  name: string;
  /** From 1, in the order of the workbook. */
  position: number;
  /** Its file in the archive. */
  path: string;
  xml: string;
  styles: readonly Style[];
}

interface NamedSheet {
  name: string;
  id: string;
  isHidden: boolean;
}

interface Relationships {
  byId: ReadonlyMap<string, string>;
  /** Of `styles` and `sharedStrings`. */
  byKind: ReadonlyMap<string, string>;
}

/** The files of a workbook that hold its data. */
export class WorkbookParts {
  private constructor(private readonly files: Readonly<Record<string, Uint8Array>>) {}

  /**
   * @param maxBytes of all files together, unpacked
   * @throws SettlementFileFault when it is larger, or a part has what no spreadsheet writes; the archive's own error
   */
  static unpack(archive: Uint8Array, maxBytes: number): WorkbookParts {
    let size = 0;
    const seen = new Set<string>();
    const files = unzipSync(archive, {
      // no more than the size that the archive states is unpacked of each
      filter: ({ name, originalSize }) => {
        if ((!name.endsWith('.xml') && !name.endsWith('.rels')) || UNREAD.test(name)) return false;
        const sameName = name.toLowerCase(); // spreadsheets tell no capitals apart
        if (seen.has(sameName)) throw unusable(`it has its part ${name} twice`);
        seen.add(sameName);
        size += originalSize;
        if (size > maxBytes) throw tooLarge(maxBytes);
        return true;
      },
    });
    for (const [name, bytes] of Object.entries(files)) {
      const why = outOfMeasure(bytes);
      if (why !== undefined) throw unusable(`its part ${name} ${why}`);
      const foreign = name.endsWith('.rels') ? undefined : foreignElement(strFromU8(bytes));
      if (foreign !== undefined) throw unusable(`its part ${name} ${foreign}`);
    }
    return new WorkbookParts(files);
  }

  /**
   * @param wanted its name; the first that a spreadsheet shows unless given
   * @throws SettlementFileFault when there is none
   */
  sheet(wanted: string | undefined): Sheet {
    this.requireOwnMainPart();
    const sheets = this.namedSheets();
    const isFound = ({ name, isHidden }: NamedSheet) => (wanted === undefined ? !isHidden : name === wanted);
    const at = sheets.findIndex(isFound);
    const found = sheets[at];
    if (!found) {
      const there = sheets.slice(0, MAX_NAMED_SHEETS).map(({ name }) => `"${name}"`);
      const names = there.length === 0 ? 'it has none' : `it has ${there.join(', ')}`;
      throw unusable(
        wanted === undefined ? 'it has no sheet that is shown' : `it has no sheet "${wanted}"; ${names}`,
      );
    }
    const relations = this.relationships();
    const path = relations.byId.get(found.id);
    const xml = path === undefined ? undefined : this.text(path);
    if (path === undefined || xml === undefined)
      throw unusable(`the file of its sheet "${found.name}" is missing`);
    this.requireRoot(path, 'worksheet');
    this.requireRoot(relations.byKind.get('sharedStrings'), 'sst');
    const stylesPath = relations.byKind.get('styles');
    this.requireRoot(stylesPath, 'styleSheet');
    const styles = stylesOf(stylesPath === undefined ? this.text(STYLES) : this.required(stylesPath));
    return { name: found.name, position: at + 1, path, xml, styles };
  }

  /** The same workbook with another content of one sheet, as an archive of its own. */
  repacked({ path, xml }: Sheet): Uint8Array {
    return zipSync({ ...this.files, [path]: strToU8(xml) }, { level: 0 });
  }

  /** Else another program would show another workbook. */
  private requireOwnMainPart(): void {
    for (const { name, attributes } of tagsOf(this.text(PACKAGE) ?? '')) {
      const { Type: type = '', Target: target = '' } = attributes;
      if (name !== 'Relationship' || !MAIN_PART.test(type)) continue;
      if (target.replace(/^\.?\//, '') !== WORKBOOK)
        throw unusable(`it is not in ${WORKBOOK}, where every spreadsheet has it`);
    }
  }

  private namedSheets(): NamedSheet[] {
    const sheets: NamedSheet[] = [];
    for (const { name: tag, isEnd, attributes } of tagsOf(this.required(WORKBOOK))) {
      if (isEnd) continue;
      if (tag === 'workbookPr') requireKnownCalendar(attributes);
      if (tag !== 'sheet') continue;
      const { name = '', id = '', state = 'visible' } = attributes;
      if (name === '') throw unusable('it has a sheet without a name'); // the library counts only those with one
      sheets.push({ name, id, isHidden: state !== 'visible' });
    }
    return sheets;
  }

  /** Where its parts are. Each is named once, or other programs would read another one. */
  private relationships(): Relationships {
    const [byId, byKind] = [new Map<string, string>(), new Map<string, string>()];
    for (const { name, attributes } of tagsOf(this.required(RELATIONSHIPS))) {
      const { Id: id, Type: type = '', Target: target } = attributes;
      if (name !== 'Relationship' || id === undefined || target === undefined) continue;
      if (byId.has(id)) throw unusable(`it has the relationship ${id} twice`);
      const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`;
      byId.set(id, path);
      const kind = OWN_PARTS.exec(type)?.[1];
      if (kind === undefined) continue;
      if (byKind.has(kind)) throw unusable(`it names its ${kind} twice`);
      byKind.set(kind, path);
    }
    return { byId, byKind };
  }

  /** Of another one we would not have seen what is in it. */
  private requireRoot(path: string | undefined, root: string): void {
    const text = path === undefined ? undefined : this.text(path);
    if (path === undefined || text === undefined) return;
    const [first] = tagsOf(text);
    if (first?.name !== root)
      throw unusable(`its part ${path} is not as a workbook has it: it has no <${root}>`);
  }

  private required(path: string): string {
    const text = this.text(path);
    if (text === undefined) throw unusable(`its part ${path} is missing`);
    return text;
  }

  private text(path: string): string | undefined {
    const bytes = Object.hasOwn(this.files, path) ? this.files[path] : undefined;
    return bytes && strFromU8(bytes);
  }
}

/** @throws SettlementFileFault for a spelling that the library does not take for what others do */
function requireKnownCalendar({ date1904 = '0' }: Tag['attributes']): void {
  if (!['0', '1', 'false'].includes(date1904))
    throw unusable(`its days count from an unknown one: date1904="${date1904.slice(0, 20)}"`);
}

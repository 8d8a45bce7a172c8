import { strFromU8, unzipSync } from 'fflate';
import { checksumsOf } from './archive-directory';
import type { Workbook } from './cell-values';
import { checksum } from './checksum';
import { isEmptySheet } from './empty-sheet';
import { stylesOf } from './number-formats';
import { sharedTexts } from './shared-texts';
import { tooLarge, unusable, WAY_OUT } from './unusable-workbook';
import { MAIN, places, readPart, type Part, type PartReader } from './workbook-elements';
import { outOfMeasure } from './xml-limits';
import type { Tag } from './xml-tags';

/** Where a workbook (ECMA-376) names its sheets, and where it names the files that they are in. */
const WORKBOOK = 'xl/workbook.xml';
const RELATIONSHIPS = 'xl/_rels/workbook.xml.rels';
/** Where other programs look first: it names the workbook. */
const PACKAGE = '_rels/.rels';
/** Where some programs look for them, whatever is named. */
const USUAL = { styles: 'xl/styles.xml', sharedStrings: 'xl/sharedStrings.xml' } as const;
const READ_FOLDERS = /^(?:xl|_rels)\//i;
const MAX_NAMED_SHEETS = 20;
/** Another spelling of a name is another entry of the archive, and the same part: only this one is read. */
const PLAIN_NAME = /^(?!.*(?:^|\/)\.{0,2}(?:\/|$))[^\\%]+$/;

/** The namespaces of relationships and of their kinds, with those of the strict form. */
const KINDS = [
  'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
  'http://purl.oclc.org/ooxml/officeDocument/relationships',
] as const;
const READ_KINDS = ['officeDocument', 'worksheet', 'styles', 'sharedStrings'] as const;
type Kind = (typeof READ_KINDS)[number];

const RELATIONSHIP_PART: Part = {
  root: 'Relationships',
  namespaces: ['http://schemas.openxmlformats.org/package/2006/relationships'],
  inside: places({ Relationship: { at: 0, isRepeated: true } }),
};
const WORKBOOK_PART: Part = {
  root: 'workbook',
  namespaces: MAIN,
  hasOthers: true,
  inside: places({
    workbookPr: { at: 0 },
    sheets: { at: 1, inside: places({ sheet: { at: 0, isRepeated: true } }) },
  }),
  unread: new Set(
    (
      'fileVersion fileSharing workbookProtection bookViews functionGroups externalReferences definedNames calcPr ' +
      'oleSize customWorkbookViews pivotCaches smartTagPr smartTagTypes webPublishing fileRecoveryPr ' +
      'webPublishObjects extLst'
    ).split(' '),
  ),
};

/** One sheet of a workbook. */
export interface Sheet {
  name: string;
  xml: string;
  book: Workbook;
}

interface NamedSheet {
  name: string;
  id: string | undefined;
  isHidden: boolean;
}

/** The files of a workbook that hold its data. */
export class WorkbookParts {
  private constructor(private readonly files: Readonly<Record<string, Uint8Array>>) {}

  /**
   * @param maxBytes of all files together, unpacked
   * @throws SettlementFileFault when it is larger, or a part has what no spreadsheet writes; the archive's own error
   */
  static unpack(archive: Uint8Array, maxBytes: number): WorkbookParts {
    const checksums = checksumsOf(archive);
    if (!checksums)
      throw unusable(
        `its archive is damaged or cut short, or has more than one list of its parts; ${WAY_OUT}`,
      );
    const expected = new Map<string, number | undefined>();
    let size = 0;
    let at = -1;
    const seen = new Set<string>();
    const files = unzipSync(archive, {
      // no more than the size that the archive states is unpacked of each
      filter: ({ name, originalSize }) => {
        at += 1; // called for each, in their order
        if (!/\.(?:xml|rels)$/i.test(name)) return false;
        if (!PLAIN_NAME.test(name)) throw unusable(`its part ${name} has a name that no spreadsheet writes`);
        const sameName = name.toLowerCase(); // spreadsheets tell no capitals apart
        if (seen.has(sameName)) throw unusable(`it has its part ${name} twice`);
        seen.add(sameName);
        if (!READ_FOLDERS.test(name)) return false;
        size += originalSize;
        if (size > maxBytes) throw tooLarge(maxBytes);
        expected.set(name, checksums[at]);
        return true;
      },
    });
    for (const [name, bytes] of Object.entries(files))
      if (checksum(bytes) !== expected.get(name))
        throw unusable(`its part ${name} is damaged: it is not as its archive says; ${WAY_OUT}`);
    return new WorkbookParts(files);
  }

  /**
   * @param wanted its name; the only one that a spreadsheet shows, and that is not empty, unless given
   * @throws SettlementFileFault when there is none, or nothing says which
   */
  sheet(wanted: string | undefined): Sheet {
    this.requireOwnMainPart();
    const { sheets, is1904 } = this.workbook();
    const relations = this.relationships(RELATIONSHIPS, 'xl');
    const found =
      wanted === undefined ? this.onlyShown(sheets, relations) : sheets.find(({ name }) => name === wanted);
    if (!found) {
      const names = sheets.length === 0 ? 'it has none' : `it has ${listed(sheets)}`;
      throw unusable(
        wanted === undefined ? 'it has no sheet that is shown' : `it has no sheet "${wanted}"; ${names}`,
      );
    }
    const xml = this.sheetText(found, relations);
    if (xml === undefined) throw unusable(`the file of its sheet "${found.name}" is missing`);
    const [styles, texts] = [this.own('styles', relations), this.own('sharedStrings', relations)];
    return {
      name: found.name,
      xml,
      book: {
        is1904,
        styles: styles ? stylesOf(styles.xml, styles.path) : [],
        texts: texts ? sharedTexts(texts.xml, texts.path) : [],
      },
    };
  }

  /** Nothing says which of several is meant: another may have charges that would be seen and not compared. */
  private onlyShown(sheets: readonly NamedSheet[], relations: Relations): NamedSheet | undefined {
    const shown = sheets.filter(({ isHidden }) => !isHidden);
    if (shown.length < 2) return shown[0];
    const filled = shown.filter((sheet) => {
      const xml = this.sheetText(sheet, relations);
      return xml === undefined || !isEmptySheet(xml); // a chart is no sheet of cells, and is seen
    });
    if (filled.length < 2) return filled[0] ?? shown[0];
    throw unusable(
      `it shows several sheets, ${listed(filled)}, and none is empty; say in the "sheet" of a layout which one has the lines (datacode reconcile layout FILE --sheet NAME proposes a layout), or remove the others`,
    );
  }

  private sheetText({ id = '' }: NamedSheet, { worksheets }: Relations): string | undefined {
    const path = worksheets.get(id);
    return path === undefined ? undefined : this.text(path);
  }

  /** Else another program would show another workbook. */
  private requireOwnMainPart(): void {
    if (this.relationships(PACKAGE, '').byKind.get('officeDocument') !== WORKBOOK)
      throw unusable(`it is not in ${WORKBOOK}, where every spreadsheet has it`);
  }

  private workbook(): { sheets: readonly NamedSheet[]; is1904: boolean } {
    const reader = new SheetList();
    readPart(this.required(WORKBOOK), WORKBOOK_PART, reader);
    return reader;
  }

  private relationships(path: string, folder: string): Relations {
    const reader = new Relations(path, folder);
    readPart(this.required(path), RELATIONSHIP_PART, reader);
    return reader;
  }

  /** A part of which a workbook has one or none. */
  private own(kind: keyof typeof USUAL, { byKind }: Relations): { path: string; xml: string } | undefined {
    const [usual, path] = [USUAL[kind], byKind.get(kind)];
    if (path !== undefined) return { path, xml: this.required(path) };
    if (this.text(usual) !== undefined)
      throw unusable(`it has the part ${usual}, and does not name it in ${RELATIONSHIPS}`);
    return undefined;
  }

  private required(path: string): string {
    const text = this.text(path);
    if (text === undefined) throw unusable(`its part ${path} is missing`);
    return text;
  }

  private text(path: string): string | undefined {
    const bytes = Object.hasOwn(this.files, path) ? this.files[path] : undefined;
    const why = bytes && outOfMeasure(bytes);
    if (why !== undefined) throw unusable(`its part ${path} ${why}`);
    return bytes && strFromU8(bytes);
  }
}

function listed(sheets: readonly NamedSheet[]): string {
  return sheets
    .slice(0, MAX_NAMED_SHEETS)
    .map(({ name }) => `"${name}"`)
    .join(', ');
}

class SheetList implements PartReader {
  readonly sheets: NamedSheet[] = [];
  is1904 = false;
  private readonly names = new Set<string>();
  private namespaces: ReadonlyMap<string, string> = new Map();

  begin(tag: Tag): void {
    this.namespaces = new Map([...this.namespaces, ...(tag.namespaces ?? [])]);
    if (tag.name === 'workbookPr') this.is1904 = countsFrom1904(tag.attributes);
    if (tag.name !== 'sheet') return;
    const { name = '', state = 'visible', ...others } = tag.attributes;
    if (name === '') throw unusable('it has a sheet without a name');
    const sameName = name.toLowerCase(); // spreadsheets tell no capitals apart
    if (this.names.has(sameName)) throw unusable(`it has its sheet "${name}" twice`);
    this.names.add(sameName);
    this.sheets.push({ name, id: this.idOf(others), isHidden: state !== 'visible' });
  }

  where(): string {
    return `in its part ${WORKBOOK},`;
  }

  /** `r:id`, whatever the prefix is. */
  private idOf(attributes: Readonly<Record<string, string>>): string | undefined {
    const isId = (attribute: string) => {
      const [, prefix = ''] = /^(.*):id$/.exec(attribute) ?? [];
      return KINDS.some((kind) => kind === this.namespaces.get(prefix));
    };
    const [id, second] = Object.keys(attributes).filter(isId);
    return id === undefined || second !== undefined ? undefined : attributes[id];
  }
}

/** Where parts are. Each is named once, or other programs would read another one. */
class Relations implements PartReader {
  readonly worksheets = new Map<string, string>();
  /** The others. */
  readonly byKind = new Map<Kind, string>();
  private readonly ids = new Set<string>();

  constructor(
    private readonly path: string,
    private readonly folder: string,
  ) {}

  begin({ name, attributes }: Tag): void {
    if (name !== 'Relationship') return;
    const { Id: id = '', Type: type = '', Target: target = '', TargetMode: mode = 'Internal' } = attributes;
    if (this.ids.has(id)) throw unusable(`it has the relationship ${id} twice`);
    this.ids.add(id);
    const kind = READ_KINDS.find((one) => type.trim().endsWith(`/${one}`));
    if (!kind) return;
    const path = target.startsWith('/') ? target.slice(1) : [this.folder, target].filter(Boolean).join('/');
    const isKnown = KINDS.some((base) => type === `${base}/${kind}`) && mode === 'Internal';
    if (!isKnown || !PLAIN_NAME.test(path))
      throw unusable(`${this.where()} it names its ${kind} in a way that no spreadsheet writes: ${target}`);
    if (kind === 'worksheet') this.worksheets.set(id, path);
    else if (this.byKind.has(kind)) throw unusable(`it names its ${kind} twice`);
    else this.byKind.set(kind, path);
  }

  where(): string {
    return `in its part ${this.path},`;
  }
}

/** @throws SettlementFileFault for a spelling that programs take differently */
function countsFrom1904({ date1904 = '0' }: Tag['attributes']): boolean {
  if (['0', 'false'].includes(date1904)) return false;
  if (['1', 'true'].includes(date1904)) return true;
  throw unusable(
    `its days count from an unknown one: date1904="${date1904.slice(0, 20)}"; save it with the 1900 date system`,
  );
}

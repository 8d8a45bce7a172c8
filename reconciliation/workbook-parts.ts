import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { stylesOf, type Style } from './number-formats';
import { SettlementFileFault } from './settlement-text';
import { foreignElement } from './sheet-vocabulary';
import { outOfMeasure } from './xml-limits';
import { tagsOf } from './xml-tags';

/** Where a workbook (ECMA-376) names its sheets, and where it names the files that they are in. */
const WORKBOOK = 'xl/workbook.xml';
const RELATIONSHIPS = 'xl/_rels/workbook.xml.rels';
/** Where other programs look first: it names the workbook. */
const PACKAGE = '_rels/.rels';
const MAIN_PART = /\/officeDocument$/;
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
      if (foreign !== undefined)
        throw unusable(`its part ${name} has ${foreign}, which a spreadsheet may leave out`);
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
    const path = this.pathOf(found.id);
    const xml = path === undefined ? undefined : this.text(path);
    if (path === undefined || xml === undefined)
      throw unusable(`the file of its sheet "${found.name}" is missing`);
    return { name: found.name, position: at + 1, path, xml, styles: stylesOf(this.text(STYLES)) };
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
    for (const { name: tag, attributes } of tagsOf(this.required(WORKBOOK))) {
      if (tag !== 'sheet') continue;
      const { name = '', id = '', state = 'visible' } = attributes;
      sheets.push({ name, id, isHidden: state !== 'visible' });
    }
    return sheets;
  }

  private pathOf(id: string): string | undefined {
    for (const { name, attributes } of tagsOf(this.required(RELATIONSHIPS))) {
      const target = attributes['Target'];
      if (name !== 'Relationship' || attributes['Id'] !== id || target === undefined) continue;
      return target.startsWith('/') ? target.slice(1) : `xl/${target}`;
    }
    return undefined;
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

export function unusable(why: string, cause?: unknown): SettlementFileFault {
  return new SettlementFileFault(`The settlement file is no usable Excel workbook: ${why}.`, { cause });
}

export function tooLarge(bytes: number): SettlementFileFault {
  return new SettlementFileFault(
    `The settlement file is a workbook of more than ${bytes} bytes: ask MobiFone for CSV.`,
  );
}

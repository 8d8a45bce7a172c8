/** The delimiters that a file of fields may have. */
export const DELIMITERS = [',', ';', '\t', '|'] as const;
export type Delimiter = (typeof DELIMITERS)[number];

/**
 * The fields of one line of CSV, without the blanks around them. Each character is looked at once, whatever the line.
 * @returns nothing when a quote is misplaced or not closed: a field holds no line break, so the next line is not affected
 */
export function csvFields(line: string, delimiter: Delimiter): string[] | undefined {
  if (!line.includes('"')) return line.split(delimiter).map((field) => field.trim());
  const fields: string[] = [];
  for (let at = 0; at <= line.length; at += 1) {
    const begin = pastBlanks(line, at, delimiter);
    const field = line[begin] === '"' ? quoted(line, begin, delimiter) : plain(line, at, delimiter);
    if (!field) return undefined;
    fields.push(field.text);
    at = field.end;
  }
  return fields;
}

/** A field and where its delimiter, or the end of the line, is. */
interface Field {
  text: string;
  end: number;
}

function plain(line: string, begin: number, delimiter: Delimiter): Field | undefined {
  const found = line.indexOf(delimiter, begin);
  const end = found < 0 ? line.length : found;
  const text = line.slice(begin, end);
  return text.includes('"') ? undefined : { text: text.trim(), end };
}

function quoted(line: string, begin: number, delimiter: Delimiter): Field | undefined {
  let text = '';
  let at = begin + 1;
  for (;;) {
    const quote = line.indexOf('"', at);
    if (quote < 0) return undefined;
    text += line.slice(at, quote);
    at = quote + 2;
    if (line[quote + 1] !== '"') {
      const end = pastBlanks(line, quote + 1, delimiter);
      return end === line.length || line[end] === delimiter ? { text: text.trim(), end } : undefined;
    }
    text += '"';
  }
}

function pastBlanks(line: string, from: number, delimiter: Delimiter): number {
  let at = from;
  while (line[at] !== delimiter && (line[at] === ' ' || line[at] === '\t')) at += 1;
  return at;
}

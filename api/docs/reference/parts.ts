import { marked } from 'marked';
import { htmlText } from '../../../domain/harmless-text';
import { fieldRows, type Schema } from './schema-rows';

/** Markdown of the document within a line. */
export function markdown(text: string): string {
  return marked.parseInline(text, { async: false });
}

/** @param rows HTML; the first cell of each is its head */
export function table(
  caption: string,
  heads: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const head = heads.map((it) => `<th scope="col">${it}</th>`).join('');
  const body = rows
    .map(
      ([first = '', ...cells]) =>
        `<tr><th scope="row">${first}</th>${cells.map((it) => `<td>${it}</td>`).join('')}</tr>`,
    )
    .join('\n');
  // A wide table is scrolled by itself, by keyboard too.
  return `<div class="wide" tabindex="0" role="group" aria-label="${htmlText(caption)}"><table><caption>${htmlText(caption)}</caption><thead><tr>${head}</tr></thead>\n<tbody>${body}</tbody></table></div>`;
}

export function fieldTable(caption: string, schema: Schema): string {
  const rows = fieldRows(schema).map(({ name, type, isRequired, description }) => [
    `<code>${htmlText(name)}</code>`,
    `${type}${isRequired ? '' : ', optional'}`,
    markdown(description),
  ]);
  return table(caption, ['Field', 'Type', 'Meaning'], rows);
}

/** An example, closed until somebody wants it. */
export function example(title: string, value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const lines = text.split('\n').map(htmlText).join('\n');
  return `<details><summary>${htmlText(title)}</summary><pre tabindex="0"><code>${lines}</code></pre></details>`;
}

import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A link from a document: its text, and the file that it leads to. */
interface DocumentLink {
  text: string;
  target: string;
  /** The target as a path from the repository's root. */
  file: string;
}

/** The relative links of a Markdown document, pictures included; other sites and anchors within the page are not. */
export function relativeLinks(document: string): DocumentLink[] {
  const prose = readFileSync(document, 'utf8').replace(/```[^]*?```/g, '');
  return [...prose.matchAll(/\[((?:[^\]\\]|\\.)*)\]\(([^)\s]+)\)/g)]
    .map(([, text = '', target = '']) => ({ text, target }))
    .filter(({ target }) => !/^(?:[a-z]+:|#|\/)/.test(target))
    .map(({ text, target }) => ({
      text,
      target,
      file: path.join(path.dirname(document), target.replace(/#.*$/, '')),
    }));
}

/** The tests that a document names as proof: links into `test/` whose text is the test's title. */
export function namedTests(document: string): { title: string; file: string }[] {
  return relativeLinks(document)
    .filter(({ file }) => /^test\/.*\.test\.ts$/.test(file))
    .map(({ text, file }) => ({ title: text, file }));
}

/** Whether a test file has this title; of one that is cut off with an ellipsis, whether exactly one title begins so. */
export function hasTest({ title, file }: { title: string; file: string }): boolean {
  if (!existsSync(file)) return false;
  const text = readFileSync(file, 'utf8');
  const quotes = ["'", '"', '`'];
  if (!title.endsWith('…')) return quotes.some((quote) => text.includes(`${quote}${title}${quote}`));
  const beginning = title.slice(0, -1);
  return quotes.reduce((found, quote) => found + text.split(`${quote}${beginning}`).length - 1, 0) === 1;
}

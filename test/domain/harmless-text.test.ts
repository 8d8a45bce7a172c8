import fc from 'fast-check';
import {
  htmlText,
  isBlank,
  markdownText,
  spreadsheetText,
  visibleJson,
  visibleText,
} from '../../domain/harmless-text';

/** Characters that a display obeys or hides, one of each kind. */
const UNSEEN = {
  'a line break': '\n',
  'a carriage return': '\r',
  'an escape': '\u001b',
  'a bell': '\u0007',
  'a delete': '\u007f',
  'an escape of eight bits (C1)': '\u009b',
  'a next line (C1)': '\u0085',
  'a line separator': '\u2028',
  'a right-to-left override': '\u202e',
  'a right-to-left isolate': '\u2067',
  'a right-to-left mark': '\u200f',
  'a zero-width space': '\u200b',
  'a zero-width joiner': '\u200d',
  'a byte order mark': '\ufeff',
  'a word joiner': '\u2060',
  'a soft hyphen': '\u00ad',
  'a Hangul filler': '\u3164',
  'a variation selector': '\ufe0f',
  'a tag': '\u{e0041}',
  'half of a character': '\ud800',
} as const;
const unseen = fc.array(fc.oneof(fc.constantFrom(...Object.values(UNSEEN)), fc.string({ unit: 'binary' })));
const VIETNAMESE = 'Khách đổi ý, hoàn 50.000₫ – “gấp” 😀';

describe('a text of which nothing can be seen', () => {
  it.each([...Object.values(UNSEEN), '', ' \u00a0\t', '\u2800', '\u115f', '\u200b\u2060 \u2800'])(
    'says neither who nor why: %j',
    (text) => {
      expect(isBlank(text)).toBe(true);
      expect(isBlank(`${text}x`)).toBe(false);
    },
  );
});

describe('a text from outside on a line of a terminal', () => {
  it.each(Object.entries(UNSEEN))('shows %s, and the terminal obeys nothing', (_, character) => {
    expect(visibleText(`a${character}b`)).toMatch(/^a\\u(?:[\da-f]{4}|\{[\da-f]{5}\})b$/);
  });

  it('is as it was when people wrote it', () => {
    expect(visibleText(VIETNAMESE)).toBe(VIETNAMESE);
    expect(visibleText(VIETNAMESE.normalize('NFD'))).toBe(VIETNAMESE.normalize('NFD'));
  });
});

describe('JSON at a terminal', () => {
  it('says the same with every such character escaped', () => {
    fc.assert(
      fc.property(unseen, (texts) => {
        const shown = visibleJson(JSON.stringify({ texts }, null, 2));
        expect(JSON.parse(shown)).toEqual({ texts });
        expect(visibleText(shown.replaceAll('\n', ''))).toBe(shown.replaceAll('\n', ''));
      }),
    );
  });
});

describe('a text from outside in HTML', () => {
  it('is neither markup, nor the end of an attribute, nor turned round', () => {
    expect(htmlText(`<img src=x onerror="a('b')">&\u202e`)).toBe(
      '&#60;img src=x onerror=&#34;a(&#39;b&#39;)&#34;&#62;&#38;\\u202e',
    );
  });
});

describe('a text from outside in Markdown', () => {
  it('is one code span, so that it holds no link, image, markup or line of its own', () => {
    expect(markdownText('[log in](https://evil.example)\n\n# **settled**')).toBe(
      '`[log in](https://evil.example)\\u000a\\u000a# **settled**`',
    );
    expect(markdownText('a `b` ``c')).toBe('``` a `b` ``c ```');
    expect(markdownText('a|b')).not.toContain('|');
    expect(markdownText(' ')).toBe('` `');
  });
});

describe('a text from outside in a spreadsheet', () => {
  it.each([
    '=1+1',
    '+1+1',
    '-1+cmd',
    '@SUM(A1)',
    ' =1+1',
    '＝1+1',
    'a;=HYPERLINK("http://evil")',
    'a; @b',
    'a|-b',
  ])('is no formula: %s', (text) => {
    expect(spreadsheetText(text)).toMatch(/(?:^|[;|])\s*'[=+\-@＝]/);
  });

  it('cannot hide a formula behind what is not seen', () => {
    expect(spreadsheetText('\u200b=1+1')).toBe('\\u200b=1+1');
    expect(spreadsheetText('\t=1+1')).toBe('\\u0009=1+1');
  });

  it('is as it was when it is a number or a plain text', () => {
    for (const text of ['-50000', '-5; +3', '2026-11-29', '0901****567', 'a=b', VIETNAMESE])
      expect(spreadsheetText(text)).toBe(text);
  });
});

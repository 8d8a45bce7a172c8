import { sign } from '../../runtime/report-signature';
import { SignedFile } from '../../runtime/signed-file';

const REPORT = { day: '2026-11-23', text: 'biên bản "x" \\ y', sums: [1, 2] };
const TEXT = `${JSON.stringify({ report: REPORT, signature: sign(REPORT, 'secret') }, null, 2)}\n`;

/** As Python writes JSON by itself. */
const escaped = (text: string) =>
  text.replace(/[\u0080-\uffff]/g, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);

describe('a signed file that a program on its way wrote anew', () => {
  it.each([
    ['as it was', TEXT],
    ['with other line ends', TEXT.replaceAll('\n', '\r\n')],
    ['with letters as escapes', escaped(TEXT)],
    ['with escapes that JSON does not need', TEXT.replace('"day"', String.raw`"\u0064ay"`)],
    ['behind a byte order mark', `\uFEFF${TEXT}`],
  ])('is unchanged where it says the same: %s', (_, text) => {
    expect(SignedFile.read(text, 'report')?.isSigned('secret')).toBe(true);
  });

  it.each([
    ['another letter', TEXT.replace('biên', 'bien')],
    ['a member twice', TEXT.replace('"day"', '"sums": [3], "day"')],
    ['a member twice, once by escapes', TEXT.replace('"day"', String.raw`"su\u006ds": [3], "day"`)],
  ])('is changed where it says anything else: %s', (_, text) => {
    expect(SignedFile.read(text, 'report')?.isSigned('secret')).toBe(false);
  });

  it.each(['sha256', 'hmacSha256'])('is changed where its %s is no digest, of whatever letters', (name) => {
    const text = TEXT.replace(new RegExp(`("${name}": )"[0-9a-f]{64}"`), `$1"${'é'.repeat(64)}"`);
    expect(SignedFile.read(text, 'report')?.isSigned('secret') ?? false).toBe(false);
  });
});

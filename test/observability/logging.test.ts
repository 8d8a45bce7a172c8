import fc from 'fast-check';
import { createLogger } from '../../runtime/logging';
import { lineWithoutNumbers, withoutNumbers } from '../../domain/telephone-numbers';

function logged(level: string, log: (logger: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = [];
  log(createLogger('worker', level, { write: (line: string) => void lines.push(line) }));
  return lines;
}

/** A subscriber's number as people and machines write it. */
const spelledNumber = fc
  .tuple(
    fc.constantFrom('84', '+84', '0', '+84 ', '84-'),
    fc.constantFrom('3', '5', '7', '8', '9'),
    fc.stringMatching(/^\d{8}$/),
    fc.constantFrom('', ' ', '.', '-'),
  )
  .map(
    ([country, first, rest, gap]) =>
      `${country}${first}${rest.slice(0, 2)}${gap}${rest.slice(2, 5)}${gap}${rest.slice(5)}`,
  );

/** What people write before a number, whose own digits may read like the beginning of one. */
const wordsBefore = fc
  .tuple(
    fc.stringMatching(/^(0[1-9]|[12][0-9]|3[01])$/),
    fc.stringMatching(/^(0[1-9]|1[0-2])$/),
    fc.stringMatching(/^([01][0-9]|2[0-3])$/),
    fc.stringMatching(/^[0-5][0-9]$/),
    fc.stringMatching(/^[0-9]{2,7}$/),
    fc.constantFrom(' ', ', ', ': ', ' - '),
  )
  .chain(([day, month, hour, minute, digits, gap]) =>
    fc
      .constantFrom(
        `gọi ngày ${day}/${month}/2026`,
        `${day}-${month}`,
        `${day}.${month}.2026`,
        `${hour}:${minute}`,
        `${hour}h${minute} ${day}/${month}`,
        `${day}/${month}/2026 ${hour}:${minute}`,
        `MF-${month}-2026`,
        `đơn 0${digits}`,
        `phiếu ${digits}`,
        `${digits}.000đ`,
      )
      .map((words) => words + gap),
  );

const groupedNumber = fc
  .tuple(
    fc.constantFrom('0', '84', '+84', '+84 ', '0084'),
    fc.stringMatching(/^[35789]\d{8}$/),
    fc.constantFrom([9], [3, 3, 3], [2, 3, 4], [2, 3, 2, 2], [1, 4, 4], [4, 5]),
    fc.constantFrom(' ', '.', '-'),
  )
  .map(([prefix, digits, sizes, gap]) => {
    let read = 0;
    const groups = sizes.map((size) => digits.slice(read, (read += size)));
    return prefix + groups.join(gap);
  });

describe('the log of every part', () => {
  it('holds no number, in whatever words and wherever in a line somebody put it', () => {
    fc.assert(
      fc.property(spelledNumber, fc.constantFrom('text', 'error', 'member', 'deep'), (number, where) => {
        const [line] = logged('info', (logger) => {
          if (where === 'text') logger.info(`nobody answers at ${number}, it seems`);
          else if (where === 'error')
            logger.error({ err: new Error(`no such subscriber: ${number}`) }, 'failed');
          else if (where === 'member') logger.warn({ detail: number }, 'odd');
          else logger.info({ question: { of: [{ whom: `(${number})` }] } }, 'asked');
        });
        const digits = number.replace(/\D/g, '');
        expect(line?.replace(/[ .-]/g, '')).not.toContain(digits);
        expect(JSON.parse(line ?? '')).toMatchObject({ name: 'worker' });
      }),
    );
  });

  it.each([
    '793515125',
    '0084793515125',
    '00793515125',
    '000000084793515125',
    '+84+793+515+125',
    '84%20793%20515%20125',
    '793%20515%20125',
    '793 515 125',
    '793+515+125',
    '(079) 351/5125',
    Buffer.from('0793515125').toString('hex'),
    '0793\u200b515\u00ad125',
    '\u0660\u0667\u0669\u0663\u0665\u0661\u0665\u0661\u0662\u0665',
    '\uff10\uff17\uff19\uff13\uff15\uff11\uff15\uff11\uff12\uff15',
    encodeURIComponent('\uff10\uff17\uff19\uff13\uff15\uff11\uff15\uff11\uff12\uff15'),
    '%2530793515125',
    '%252B84793515125',
    `%${'25'.repeat(40)}30793515125`,
    '%0793515125',
    '%250793515125',
    '%25EF%25BC%2590793515125',
    '079:351:5125',
    '0;7;9;3;5;1;5;1;2;5',
    '079@351@5125',
    '0,793,515,125',
    '0"793"515"125',
    '8 4 7 9 3 5 1 5 1 2 5',
    '+84 (0) 793 515 125',
    '793:515:125',
    '793/515/125',
    String.raw`\u0030793515125`,
    String.raw`\\u{30}\\x37\\x39\\x33515125`,
    String.raw`079\n3515125`,
    '%5Cu0030793515125',
    '&#48;793515125',
    '\u2070\u2077\u2079\u00b3\u2075\u00b9\u2075\u00b9\u00b2\u2075',
  ])('holds none that is spelled %s', (number) => {
    const [line] = logged('info', (logger) =>
      logger.info({ whom: `of ${number}.` }, `asked for ${number}, in vain`),
    );
    expect(line).not.toContain(number);
    expect(line).not.toContain('793515');
  });

  it.each([
    ['gọi ngày 30/07/2026 0901 234 567', 'gọi ngày 30/****567'],
    ['MF-07-2026 0901 234 567', 'MF-****567'],
    ['08:30 090 123 45 67', '****567'],
    ['đơn 0512, 0901 234 567, gấp', 'đơn 0512, ****567, gấp'],
  ])('holds none that follows other digits: %s', (words, shown) => {
    expect(withoutNumbers(words)).toBe(shown);
  });

  it('shows the last three digits of a number, whatever date, time or ticket it follows', () => {
    fc.assert(
      fc.property(wordsBefore, groupedNumber, (before, number) => {
        const masked = withoutNumbers(before + number);
        const lastMask = masked.lastIndexOf('****');
        expect(masked.slice(lastMask)).toBe(`****${number.replace(/[^0-9]/g, '').slice(-3)}`);
        const shownBefore = masked
          .slice(0, lastMask)
          .replaceAll('.', '[.]')
          .replace(/\*{4}(\d)(\d)(\d)/g, '.*$1.*$2.*$3');
        expect(before).toMatch(new RegExp(`^${shownBefore}`));
      }),
      { seed: 20261130, numRuns: 2000 },
    );
  });

  it.each(['%22,%22level%22:%2299', '%0aforged', '%5c'])(
    'gains no field and no line by %s beside a number behind escapes',
    (forged) => {
      const number = encodeURIComponent('\uff10\uff17\uff19\uff13\uff15\uff11\uff15\uff11\uff12\uff15');
      const lines = logged('info', (logger) =>
        logger.info({ url: `/v1/x?a=${forged}&n=${number}` }, 'asked'),
      );
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 30, url: `/v1/x?a=${forged}&n=****125` });
    },
  );

  it('stays one line of JSON beside an escape that ends in digits of a number', () => {
    const detail = '\u0003\u00010793515125\\u';
    const [line] = logged('info', (logger) => logger.info({ detail }, 'failed'));
    expect(JSON.parse(line ?? '')).toMatchObject({ detail: '\u0003\u0001****125\\u' });
  });

  it.each([
    ['moments of machines', 'from 2026-11-29T07:42:38+07:00 to 2026-11-29 07:42:38.7935 +0700'],
    ['moments of people', '09/11/2026 07:42:38, 07:42:38 29/11/2026'],
    ['a moment in a URL', '/v1/purchases?from=2026-11-29T07%3A42%3A38%2B07%3A00'],
    ['addresses and ports', 'connect ECONNREFUSED 10.0.35.12:54321, 10.84.35.123:5432'],
    ['amounts and versions', '793.515.125 đ, 793,515,125 VND, 1.24.0, Node 20.19.0'],
    ['places in code', 'at main (worker.ts:84:35)'],
    ['a footnote before a number of orders', 'orders\u00b2 793515125000'],
  ])('leaves %s readable', (_, words) => {
    const [line] = logged('info', (logger) => logger.info(words));
    expect(JSON.parse(line ?? '')).toMatchObject({ msg: words });
  });

  it.each([
    '0 ',
    '84 ',
    `0${' '.repeat(200)}`,
    '%25',
    '25',
    '\\',
    '&#0',
    '\\u{0',
    '%EF%BC%90',
    '\u0660',
    '07:42:38 ',
    '1.',
    '3',
  ])(
    'is written in time that grows with the line and not with its square: %j',
    (part) => {
      const detail = `%${part.repeat(Math.ceil(500_000 / part.length))}`; // a minute for a square of it, a second otherwise
      expect(logged('info', (logger) => logger.info({ detail }, 'failed'))).toHaveLength(1);
    },
    20_000,
  );

  it('leaves ids and moments readable', () => {
    const words =
      '7f3b1c52-0a51-4d3c-9f04-351512500793 01K793515125ABCDEFGHJKMNPQ 4bf92f3577b34da6a3ce929d0e0e4736 ' +
      '2026-11-29T07:42:38.793515125Z 1764385200123 took 12.793515125 s';
    const [line] = logged('info', (logger) => logger.info(words));
    expect(JSON.parse(line ?? '')).toMatchObject({ msg: words });
  });

  it('hides keys and secrets, but leaves a number that is masked already', () => {
    const [line] = logged('info', (logger) =>
      logger.info(
        {
          msisdn: '8490****567',
          channel: { apiKey: 'dck_live_1', webhookSecret: 's' },
          request: { headers: { authorization: 'Bearer token-1' }, authorization: 'Bearer token-1' },
          mobifone: { clientSecret: 's', accessToken: 'token-1' },
          accessToken: 'token-1',
        },
        'sold',
      ),
    );
    expect(JSON.parse(line ?? '')).toMatchObject({
      msisdn: '8490****567',
      channel: { apiKey: '[Redacted]', webhookSecret: '[Redacted]' },
      mobifone: { clientSecret: '[Redacted]', accessToken: '[Redacted]' },
    });
    expect(line).not.toContain('token-1');
  });

  it('keeps its own numbers: a duration or an amount is none of a subscriber', () => {
    const line = '{"durationMs":0.987654321,"amount":84901234567,"msg":"at 84901234567"}\n';
    expect(lineWithoutNumbers(line)).toBe(
      '{"durationMs":0.987654321,"amount":84901234567,"msg":"at ****567"}\n',
    );
  });

  it('holds nothing that a terminal obeys or hides, and says the same to a machine', () => {
    const detail = 'a\u009b31m\u202e\u200b\u007fb';
    const [line] = logged('info', (logger) => logger.info({ detail }, 'failed'));
    expect(line).toContain('a\\u009b31m\\u202e\\u200b\\u007fb');
    expect(JSON.parse(line ?? '')).toMatchObject({ detail });
  });

  it('is silent below its level', () => {
    expect(logged('warn', (logger) => logger.info('nothing much'))).toEqual([]);
  });
});

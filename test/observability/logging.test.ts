import fc from 'fast-check';
import { createLogger } from '../../runtime/logging';
import { lineWithoutNumbers } from '../../domain/telephone-numbers';

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
  ])('holds none that is spelled %s', (number) => {
    const [line] = logged('info', (logger) =>
      logger.info({ whom: `of ${number}.` }, `asked for ${number}, in vain`),
    );
    expect(line).not.toContain(number);
    expect(line).not.toContain('793515');
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

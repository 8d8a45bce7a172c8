import { isIP } from 'node:net';
import path from 'node:path';
import ms, { type StringValue } from 'ms';
import { z } from 'zod';

const ROOT = path.resolve(__dirname, '../..');
const EXAMPLES = 'write a number with a unit, such as 500ms, 10s, 5m or 2h';

function milliseconds(text: string, context: z.core.$RefinementCtx): number {
  if (/^[\d.\s]+$/.test(text)) {
    const number = text.trim();
    context.addIssue({ code: 'custom', message: `"${text}" has no unit: write ${number}s or ${number}ms` });
    return z.NEVER;
  }
  const parsed = ms(text as StringValue); // ms checks the text itself and returns undefined or NaN
  if (Number.isFinite(parsed) && parsed > 0) return parsed;
  context.addIssue({ code: 'custom', message: `"${text}" is not a duration: ${EXAMPLES}` });
  return z.NEVER;
}

/** What a duration may be: a wrong unit, such as `2ms` for `2m`, is then noticed. */
interface Bounds {
  least?: StringValue;
  most?: StringValue;
}

const bounded =
  ({ least, most }: Bounds) =>
  (text: string, context: z.core.$RefinementCtx): number => {
    const read = milliseconds(text, context);
    const fault =
      least !== undefined && read < ms(least)
        ? `must be ${least} or more`
        : most !== undefined && read > ms(most)
          ? `must be ${most} or less`
          : undefined;
    if (fault) context.addIssue({ code: 'custom', message: `${fault}; given: "${text}"` });
    return read;
  };

/** A duration such as `10s`, `5 minutes` or `500ms`; read as milliseconds. */
export const duration = (fallback: StringValue, bounds: Bounds = {}) =>
  z.string().default(fallback).transform(bounded(bounds));

/** As `duration`, without a default here: the code that reads it derives one. */
export const optionalDuration = (bounds: Bounds = {}) => z.string().transform(bounded(bounds)).optional();

/** As `optionalDuration`, or `off`. */
export const optionalDurationOrOff = () =>
  z
    .string()
    .transform((text, context) => (text === 'off' ? text : milliseconds(text, context)))
    .optional();

/** A duration, or `0`. */
export const pause = (fallback: StringValue, bounds: Bounds = {}) =>
  z
    .string()
    .default(fallback)
    .transform((text, context) => (/^0(?:ms|s|m)?$/.test(text) ? 0 : bounded(bounds)(text, context)));

/** A whole number in decimal digits: `0x1F`, `1e3` and `3000.0` are refused. */
export const whole = (least: number, most = Number.MAX_SAFE_INTEGER) =>
  z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text), {
      error: ({ input }) => `must be a whole number in decimal digits, not ${quoted(input)}`,
    })
    .transform(Number)
    .pipe(
      z.number().refine((number) => number >= least && number <= most, {
        error: ({ input }) =>
          most === Number.MAX_SAFE_INTEGER
            ? `must be ${least} or more, not ${String(input)}`
            : `must be from ${least} to ${most}, not ${String(input)}`,
      }),
    );

export const count = (fallback: number) => whole(1).default(fallback);

export const MAX_PORT = 65_535;
/** A TCP port; 0 lets the system choose one. */
export const port = (fallback: number) => whole(0, MAX_PORT).default(fallback);
/** A TCP port that nothing listens on unless it is set. */
export const optionalPort = () => whole(1, MAX_PORT).optional();

export const httpUrl = () =>
  z.url({
    protocol: /^https?$/,
    error: ({ input }) => `must be a URL that begins with http:// or https://, not ${quotedUrl(input)}`,
  });

export const flag = (fallback: boolean) =>
  z.stringbool({ error: ({ input }) => `must be true or false, not ${quoted(input)}` }).default(fallback);

/** One of several words. */
export const choice = <const Words extends readonly string[]>(words: Words) =>
  z.enum(words, {
    error: ({ input }) => `must be one of ${words.join(', ')}; not ${quoted(input)}`,
  });

/** A text that follows a pattern. */
export const matching = (pattern: RegExp, mustBe: string) =>
  z
    .string()
    .refine((text) => pattern.test(text), { error: ({ input }) => `${mustBe}; given: ${quoted(input)}` });

/** A secret: at least so many characters, and never repeated in a message. */
export const secret = (leastLength = 1) =>
  z.string().refine((text) => text.length >= leastLength, {
    error: `must have at least ${leastLength} characters (the given value is not shown)`,
  });

/** Any text that is not empty. */
export const text = () => z.string().min(1);

/** A file that comes with the product unless another is named; found from whatever folder a command is called in. */
export const productFile = (file: string) =>
  text()
    .default(file)
    .transform((named) => (named === file ? path.join(ROOT, file) : named));

/** Names of hosts, separated by commas; in lower case, as URL spells them. */
export const hostNames = () =>
  z
    .string()
    .default('')
    .transform((given, context) =>
      given
        .split(',')
        .map((name) => name.trim().toLowerCase())
        .filter((name) => {
          if (/^[a-z\d](?:[a-z\d._-]*[a-z\d])?$|^$/.test(name) || isIP(name) === 6) return name !== '';
          const message = `"${name}" is not the name or address of a host, without http:// and port`;
          context.addIssue({ code: 'custom', message });
          return false;
        }),
    );

const quoted = (input: unknown): string => JSON.stringify(input);
/** A URL may hold a password, also one that cannot be read as a URL. */
const quotedUrl = (input: unknown): string =>
  String(input).includes('@') ? 'the given value, which is not shown' : quoted(input);

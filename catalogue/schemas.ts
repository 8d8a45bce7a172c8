import { z } from 'zod';
import { ROUNDINGS, type DiscountRule } from '../domain/catalogue/discount';
import {
  PACKAGE_CODE_PATTERN,
  packageCode,
  PAYMENT_FORMS,
  type PackageCode,
} from '../domain/catalogue/packages';
import { vnd } from '../domain/vnd';

/**
 * Whoever writes the file also writes why, and whether it is made up; at MobiFone itself nothing made up is sold.
 * @param setting names the file
 */
const heading = (isForReal: boolean, setting: string) => ({
  about: z.string().optional(),
  sample: z
    .boolean()
    .refine(
      (isMadeUp) => !isMadeUp || !isForReal,
      `This is sample data, and MOBIFONE_BASE_URL is not the sandbox: set ${setting} to the file of your agreement.`,
    )
    .optional(),
});

const moment = z.iso
  .datetime({
    offset: true,
    error: 'It must be a moment with its offset, such as 2026-01-01T00:00:00+07:00.',
  })
  .transform((text) => new Date(text));
const code = z
  .string()
  .regex(PACKAGE_CODE_PATTERN, 'It must be a package code such as D90: a capital, then capitals, digits, _.')
  .transform(packageCode);
const positive = z.number().int().positive();

/** No package costs as much, and the sum of 90 million such sales is still exact. */
const MAX_FACE_VALUE_VND = 100_000_000;

/** Goes to shops, files, pages and SMS: what a reader of one of them would obey instead of show is in no name. */
const packageName = z
  .string()
  .max(100)
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{M}\p{N} .,:;()/+%&'’_–-]*$/u,
    "It must begin with a letter or a digit; then letters, digits, spaces and . , : ; ( ) / + % & ' _ – - may follow.",
  );

const packageSchema = z
  .strictObject({
    code,
    name: packageName,
    dataMegabytes: positive,
    validityDays: positive,
    faceValue: positive
      .max(MAX_FACE_VALUE_VND, `It must be at most ${MAX_FACE_VALUE_VND} đồng.`)
      .transform(vnd),
    paymentForms: z.array(z.enum(PAYMENT_FORMS)).min(1),
    onSaleFrom: moment.optional(),
    onSaleUntil: moment.optional(),
  })
  .superRefine((offer, context) => {
    if (new Set(offer.paymentForms).size < offer.paymentForms.length) {
      context.addIssue({ code: 'custom', path: ['paymentForms'], message: 'A form is given twice.' });
    }
    refuseEmptySpan(offer.onSaleFrom, offer.onSaleUntil, 'onSaleUntil', context);
  });

/** @param isForReal whether MobiFone itself is called */
export const packagesFileSchema = (isForReal: boolean) =>
  z.strictObject({
    ...heading(isForReal, 'PACKAGES_FILE'),
    packages: z
      .array(packageSchema)
      .min(1)
      .superRefine((packages, context) => refuseRepetitions(packages, 'code', context)),
  });

const ruleSchema = z
  .strictObject({
    id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, 'It must be lower-case letters, digits and hyphens.'),
    rateBasisPoints: z.number().int().min(0).max(10_000),
    rounding: z.enum(ROUNDINGS),
    from: moment,
    until: moment.optional(),
    package: code.optional(),
    discountClass: z.string().min(1).max(32).optional(),
  })
  .superRefine((rule, context) => refuseEmptySpan(rule.from, rule.until, 'until', context));

/**
 * @param isForReal whether MobiFone itself is called
 * @param known the catalogue's codes, where rules must keep to them
 */
export function discountsFileSchema(isForReal: boolean, known?: readonly PackageCode[]) {
  return z.strictObject({
    ...heading(isForReal, 'DISCOUNTS_FILE'),
    rules: z.array(ruleSchema).superRefine((rules, context) => {
      refuseRepetitions(rules, 'id', context);
      rules.forEach((rule, at) => {
        if (known && rule.package && !known.includes(rule.package)) {
          const message = `The catalogue has no package ${rule.package}.`;
          context.addIssue({ code: 'custom', path: [at, 'package'], message });
        }
        const rival = rules.slice(0, at).find((earlier) => collide(earlier, rule));
        if (rival) {
          const message = `It applies to the same sales as rule "${rival.id}" at the same time: end one before the other.`;
          context.addIssue({ code: 'custom', path: [at], message });
        }
      });
    }),
  });
}

/** Equal in what they apply to, so neither is the more specific, and in force at the same time. */
function collide(one: DiscountRule, other: DiscountRule): boolean {
  return (
    one.package === other.package &&
    one.discountClass === other.discountClass &&
    startsBeforeEnd(one, other) &&
    startsBeforeEnd(other, one)
  );
}

function startsBeforeEnd(one: DiscountRule, other: DiscountRule): boolean {
  return !other.until || one.from < other.until;
}

function refuseEmptySpan(
  from: Date | undefined,
  until: Date | undefined,
  field: string,
  context: z.RefinementCtx,
): void {
  if (!from || !until || from < until) return;
  context.addIssue({ code: 'custom', path: [field], message: 'The end must be after the beginning.' });
}

function refuseRepetitions<Key extends string>(
  entries: readonly Readonly<Record<Key, string>>[],
  key: Key,
  context: z.RefinementCtx,
): void {
  entries.forEach((entry, at) => {
    if (entries.findIndex((earlier) => earlier[key] === entry[key]) === at) return;
    context.addIssue({ code: 'custom', path: [at, key], message: `"${entry[key]}" is given twice.` });
  });
}

import type { Request } from 'express';
import { z } from 'zod';
import { PACKAGE_CODE_PATTERN, PAYMENT_FORMS, type PackageCode } from '../../domain/catalogue/packages';
import {
  EXTERNAL_ID_PATTERN,
  externalId,
  MAX_EXTERNAL_ID_LENGTH,
  type ExternalId,
} from '../../domain/identifiers';
import { type Msisdn } from '../../domain/msisdn';
import { MSISDN_FAULTS, parseMsisdn } from '../../domain/msisdn-parsing';
import { REASON_CODES, REASONS, type ReasonCode } from '../../domain/purchase/reasons';
import { RULES } from './field-rules';
import { Problem } from './problems';

export const amount = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: 'In whole đồng (VND).', format: 'int64' }); // or generated clients count to two thousand million only
export const moment = z.iso.datetime().meta({ description: 'ISO 8601, UTC.' });
export const paymentForm = z
  .enum(PAYMENT_FORMS)
  .meta({ description: 'The payment form in your contract: prepaid (trả trước) or postpaid (trả sau).' });
export const discount = z
  .strictObject({
    rateBasisPoints: z.number().int().meta({ description: 'In hundredths of a percent: 650 is 6.50 %.' }),
    amount,
  })
  .meta({ id: 'Discount', description: 'Chiết khấu khuyến khích.' });

export const externalIdSchema = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : 'Must be a string.') })
  .max(MAX_EXTERNAL_ID_LENGTH, { error: 'Must have at most 64 characters.', abort: true })
  .regex(EXTERNAL_ID_PATTERN, RULES.externalId.en)
  .transform((text) => text as ExternalId) // just checked
  .meta({
    description:
      'Your own id of the order, without anybody’s mobile number. Repeated requests with the same id refer to the same purchase.',
    example: 'order-20261124-0001',
  });

export const msisdnSchema = z
  .string()
  .max(32, { error: 'Must have at most 32 characters.', abort: true })
  .transform((text, context): Msisdn => {
    const parsed = parseMsisdn(text);
    if (parsed.ok) return parsed.msisdn;
    const { fault } = parsed;
    context.addIssue({ code: 'custom', message: MSISDN_FAULTS[fault].en, params: { fault } });
    return z.NEVER;
  })
  .meta({
    description:
      'The subscriber’s number as 0…, 84… or +84…; spaces, dots, hyphens and parentheses are allowed.',
    example: '0901234567',
  });

export const packageCodeSchema = z
  .string()
  .regex(PACKAGE_CODE_PATTERN, RULES.packageCode.en)
  .transform((text) => text as PackageCode) // just checked
  .meta({ description: 'A package code from GET /v1/packages.', example: 'D90' });

export const reasonSchema = z
  .strictObject({
    code: z.enum(REASON_CODES),
    message: z.strictObject({ vi: z.string(), en: z.string() }),
  })
  .meta({ id: 'Reason', description: 'Why nothing was sold; the message may be shown to the customer.' });

/**
 * A reason or null: as `anyOf`, since `.nullable()` of a named schema becomes a reference that also must be null, or makes
 * the named schema itself nullable, and generated clients then break.
 */
export const reasonOrNull = z.union([reasonSchema, z.null()]);

/** A reason in the words that may be shown to the customer. */
export function reasonResource(reason: ReasonCode): z.output<typeof reasonSchema> {
  return { code: reason, message: { vi: REASONS[reason].vi, en: REASONS[reason].en } };
}

/**
 * The external id in an address.
 * @throws Problem `purchase_not_found`, also for an id that no order can have
 */
export function externalIdOf(request: Request): ExternalId {
  const text = request.params['externalId'];
  if (typeof text !== 'string' || !EXTERNAL_ID_PATTERN.test(text)) throw new Problem('purchase_not_found');
  return externalId(text);
}

import { z } from 'zod';
import { PACKAGE_CODE_PATTERN, PAYMENT_FORMS, type PackageCode } from '../../domain/catalogue/packages';
import { EXTERNAL_ID_PATTERN, type ExternalId } from '../../domain/identifiers';
import { type Msisdn } from '../../domain/msisdn';
import { MSISDN_FAULTS, parseMsisdn } from '../../domain/msisdn-parsing';
import { REASON_CODES } from '../../domain/purchase/reasons';
import { RULES } from './field-rules';

export const amount = z
  .number()
  .int()
  .min(0)
  .max(Number.MAX_SAFE_INTEGER)
  .meta({ description: 'Whole đồng (VND).' });
export const moment = z.iso
  .datetime()
  .meta({ description: 'ISO 8601, UTC.', example: '2026-11-24T03:05:00.000Z' });
export const paymentForm = z
  .enum(PAYMENT_FORMS)
  .meta({ description: 'Of your contract: prepaid (trả trước) or postpaid (trả sau).' });
export const discount = z
  .strictObject({
    rateBasisPoints: z.number().int().meta({ description: 'Hundredths of a percent: 650 is 6.50 %.' }),
    amount,
  })
  .meta({ id: 'Discount', description: 'Chiết khấu khuyến khích.' });

export const externalIdSchema = z
  .string({ error: (issue) => (issue.input === undefined ? undefined : 'It must be a text.') })
  .max(64, { error: 'It must have 64 characters at most.', abort: true })
  .regex(EXTERNAL_ID_PATTERN, RULES.externalId.en)
  .transform((text) => text as ExternalId) // just checked
  .meta({
    description: 'Your own id of the order; the same id is the same purchase, however often it is sent.',
    example: 'order-20261124-0001',
  });

export const msisdnSchema = z
  .string()
  .max(32, { error: 'It must have 32 characters at most.', abort: true })
  .transform((text, context): Msisdn => {
    const parsed = parseMsisdn(text);
    if (parsed.ok) return parsed.msisdn;
    const { fault } = parsed;
    context.addIssue({ code: 'custom', message: MSISDN_FAULTS[fault].en, params: { fault } });
    return z.NEVER;
  })
  .meta({
    description: 'The subscriber’s number as people spell it: 0…, 84… or +84…, with spaces and dots.',
    example: '0901234567',
  });

export const packageCodeSchema = z
  .string()
  .regex(PACKAGE_CODE_PATTERN, RULES.packageCode.en)
  .transform((text) => text as PackageCode) // just checked
  .meta({ description: 'A code of GET /v1/packages.', example: 'D90' });

export const reasonSchema = z
  .strictObject({
    code: z.enum(REASON_CODES),
    message: z.strictObject({ vi: z.string(), en: z.string() }),
  })
  .meta({ id: 'Reason', description: 'Why nothing was sold, in words that may be shown to the customer.' });

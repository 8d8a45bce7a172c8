import { z } from 'zod';
import { FIELD_FAULT_CODES } from '../domain/field-faults';
import { EXTERNAL_ID_PATTERN, type ExternalId } from '../domain/identifiers';
import { type Msisdn } from '../domain/msisdn';
import { MSISDN_FAULTS, parseMsisdn, type MsisdnFault } from '../domain/msisdn-parsing';
import { PACKAGE_CODE_PATTERN, PAYMENT_FORMS, type PackageCode } from '../domain/catalogue/packages';
import { PROBLEM_CODE_NAMES } from '../domain/problem-codes';
import { PURCHASE_OUTCOMES, PURCHASE_STATE_NAMES } from '../domain/purchase/states';
import { PURCHASE_STEP_NAMES, STEP_STATUSES } from '../domain/purchase/steps';
import { REFUSAL_CODES } from '../domain/purchase/refusals';
import { RULES } from './field-rules';

const MSISDN_FAULT_CODES = Object.keys(MSISDN_FAULTS) as [MsisdnFault, ...MsisdnFault[]]; // the literal's keys

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

/** `POST /v1/purchases`. */
export const purchaseRequestSchema = z
  .strictObject({ externalId: externalIdSchema, msisdn: msisdnSchema, package: packageCodeSchema })
  .meta({ id: 'PurchaseRequest' });

/** `POST /v1/purchases/validate`. */
export const validationRequestSchema = purchaseRequestSchema
  .extend({ externalId: externalIdSchema.optional() })
  .meta({ id: 'ValidationRequest' });

/** `POST /v1/purchases/{externalId}/cancel`; the body may be left out. */
export const cancelRequestSchema = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1, RULES.someText.en)
      .max(200, 'It must have 200 characters at most.')
      .optional()
      .meta({
        description: 'Why, for those who look into it later.',
        example: 'the customer changed his mind',
      }),
  })
  .meta({ id: 'CancelRequest' });

const stepSchema = z
  .strictObject({
    step: z.enum(PURCHASE_STEP_NAMES),
    title: z.string(),
    status: z.enum(STEP_STATUSES),
    startedAt: moment,
    endedAt: moment.nullable(),
  })
  .meta({ id: 'Step' });

export const reasonSchema = z
  .strictObject({
    code: z.enum(REFUSAL_CODES),
    message: z.strictObject({ vi: z.string(), en: z.string() }),
  })
  .meta({ id: 'Reason', description: 'Why nothing was sold, in words that may be shown to the customer.' });

/** A purchase as its channel sees it. */
export const purchaseSchema = z
  .strictObject({
    id: z.string().meta({ description: 'Our id of the purchase.' }),
    externalId: z.string().meta({ description: 'Your id of the order.' }),
    state: z.enum(PURCHASE_STATE_NAMES),
    outcome: z
      .enum(PURCHASE_OUTCOMES)
      .nullable()
      .meta({ description: 'What the purchase came to; null while it is not known.' }),
    reason: reasonSchema.nullable(),
    package: z.strictObject({ code: z.string(), name: z.string() }),
    faceValue: amount,
    discount,
    payable: amount.meta({ description: 'Face value less discount, whole đồng (VND).' }),
    paymentForm,
    msisdn: z.string().meta({ description: 'The subscriber’s number, masked.', example: '8490****567' }),
    steps: z.array(stepSchema),
    needsAttention: z.boolean().meta({ description: 'Whether our people are looking into it.' }),
    createdAt: moment,
    updatedAt: moment,
  })
  .meta({ id: 'Purchase' });
export type PurchaseResource = z.output<typeof purchaseSchema>;

export const offerSchema = z
  .strictObject({
    code: z.string(),
    name: z.string(),
    dataMegabytes: z.number().int(),
    validityDays: z.number().int(),
    faceValue: amount,
    discount,
    payable: amount,
    paymentForm,
  })
  .meta({ id: 'Package' });
export const packagesSchema = z.strictObject({ packages: z.array(offerSchema) }).meta({ id: 'Packages' });
export type PackageResource = z.output<typeof offerSchema>;
export type PackagesResource = z.output<typeof packagesSchema>;

export const fieldFaultSchema = z
  .strictObject({
    pointer: z
      .string()
      .meta({ description: 'JSON pointer into the body, or to a query parameter; empty for the whole.' }),
    code: z.enum([...FIELD_FAULT_CODES, ...MSISDN_FAULT_CODES]),
    detail: z.string(),
  })
  .meta({ id: 'FieldFault' });
export type FieldFaultResource = z.output<typeof fieldFaultSchema>;

/** Problem details (RFC 9457). */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'Where the code is explained.' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'What happened, and the way out.' }),
    code: z.enum(PROBLEM_CODE_NAMES).meta({ description: 'For your program to branch on; never changes.' }),
    retryable: z.boolean().meta({ description: 'Whether the very same request may succeed later.' }),
    requestId: z.string().meta({ description: 'Tell it to us when you ask; also in X-Request-Id.' }),
    errors: z.array(fieldFaultSchema).optional().meta({ description: 'All faults at once.' }),
    differing: z
      .array(z.enum(['msisdn', 'package']))
      .optional()
      .meta({ description: 'With external_id_conflict: the fields that differ.' }),
    state: z
      .enum(PURCHASE_STATE_NAMES)
      .optional()
      .meta({ description: 'With too_late_to_cancel: how far it is.' }),
  })
  .meta({ id: 'Problem' });
export type ProblemResource = z.output<typeof problemSchema>;

/** `GET /healthz` and `GET /readyz`. */
export const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'ready']),
    clockOffsetSeconds: z
      .int()
      .optional()
      .meta({
        description:
          'Of `/readyz`, only while the clock of this machine is more than 5 seconds off: how far it is ahead of Temporal’s, negative when it is behind.',
        examples: [-7200],
      }),
  })
  .meta({ id: 'Health' });
export type HealthResource = z.output<typeof healthSchema>;

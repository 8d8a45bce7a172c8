import type { z } from 'zod';
import type { BilingualText } from '../../domain/bilingual';
import { FIELD_FAULTS, type FieldFault } from '../../domain/field-faults';
import type { ExternalId } from '../../domain/identifiers';
import { jsonPointer } from '../../domain/json-pointer';
import type { Msisdn } from '../../domain/msisdn';
import { MSISDN_FAULTS, parseMsisdn, type MsisdnFault } from '../../domain/msisdn-parsing';
import type { PackageCode } from '../../domain/catalogue/packages';
import { ruleInWords } from '../http/field-rules';
import { Problem, type FieldFaultInWords } from '../http/problems';
import { purchaseRequestSchema, validationRequestSchema } from './schemas';

/** An order as a channel sends it, found to be in order in itself. */
export interface PurchaseRequest {
  externalId: ExternalId;
  msisdn: Msisdn;
  package: PackageCode;
}

/**
 * Reads the body of an order.
 * @throws Problem `invalid_request` with all its faults at once
 */
export function readPurchaseRequest(body: unknown): PurchaseRequest {
  return readBody(purchaseRequestSchema, body, idFaults(body));
}

/** An order that is only to be looked at; it needs no id yet. */
export type ValidationRequest = Omit<PurchaseRequest, 'externalId'> & { externalId?: ExternalId | undefined };

/**
 * Reads the body of an order that is only to be looked at, as strictly as one that is to be sold.
 * @throws Problem `invalid_request` with all its faults at once
 */
export function readValidationRequest(body: unknown): ValidationRequest {
  return readBody(validationRequestSchema, body, idFaults(body));
}

/**
 * Reads a body, or a query's parameters, by its schema.
 * @param further faults that the schema cannot know of
 * @throws Problem `invalid_request` with all faults at once
 */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  further: readonly FieldFaultInWords[] = [],
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success && further.length === 0) return result.data;
  const errors = [...(result.error?.issues ?? []).flatMap((issue) => faultsOf(issue, body)), ...further];
  throw new Problem('invalid_request', undefined, { errors });
}

/** A fault of one field in its table's words. */
export function fieldFault(pointer: string, code: FieldFault): FieldFaultInWords {
  return { pointer, code, detail: FIELD_FAULTS[code] };
}

/** Ids reach logs, addresses and search attributes, where no subscriber's number may be (I11). */
function idFaults(body: unknown): FieldFaultInWords[] {
  const id = memberOf(body, 'externalId');
  const number = memberOf(body, 'msisdn');
  if (typeof id !== 'string' || typeof number !== 'string') return [];
  const parsed = parseMsisdn(number);
  if (!parsed.ok) return [];
  const significant = parsed.msisdn.slice(2); // without 84 or 0 it is in every spelling
  return id.replace(/[._~-]/g, '').includes(significant)
    ? [fieldFault(jsonPointer(['externalId']), 'contains_msisdn')]
    : [];
}

function faultsOf(issue: z.core.$ZodIssue, body: unknown): FieldFaultInWords[] {
  const pointer = jsonPointer(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => fieldFault(jsonPointer([...issue.path, key]), 'unknown_field'));
    case 'invalid_type': {
      const given = issue.path.reduce<unknown>(memberOf, body);
      if (given === undefined) return [fieldFault(pointer, 'missing')];
      return [{ pointer, code: 'wrong_type', detail: ofType(issue.expected) }];
    }
    case 'too_big':
      return [{ pointer, code: 'too_long', detail: longest(issue) ?? issue.message }];
    case 'too_small':
      return [{ pointer, code: 'too_short', detail: ruleInWords(issue.message) }];
    case 'custom': {
      const fault = msisdnFaultOf(issue.params);
      if (fault) return [{ pointer, code: fault, detail: MSISDN_FAULTS[fault] }];
      return [{ pointer, code: 'invalid_format', detail: ruleInWords(issue.message) }];
    }
    default:
      return [{ pointer, code: 'invalid_format', detail: ruleInWords(issue.message) }];
  }
}

function ofType(expected: string): BilingualText {
  return { en: `It must be of type ${expected}.`, vi: `Giá trị phải có kiểu ${expected}.` };
}

function longest({ origin, maximum }: z.core.$ZodIssueTooBig): BilingualText | undefined {
  if (origin !== 'string') return undefined;
  return { en: `It must have ${maximum} characters at most.`, vi: `Tối đa ${maximum} ký tự.` };
}

function msisdnFaultOf(params: Readonly<Record<string, unknown>> | undefined): MsisdnFault | undefined {
  const fault = params?.['fault'];
  return typeof fault === 'string' && Object.hasOwn(MSISDN_FAULTS, fault)
    ? (fault as MsisdnFault) // just looked up
    : undefined;
}

function memberOf(value: unknown, member: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined;
  return (value as Record<PropertyKey, unknown>)[member]; // just looked up
}

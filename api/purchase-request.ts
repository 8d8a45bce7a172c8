import type { z } from 'zod';
import { FIELD_FAULTS, type FieldFault } from '../domain/field-faults';
import type { ExternalId } from '../domain/identifiers';
import { jsonPointer } from '../domain/json-pointer';
import type { Msisdn } from '../domain/msisdn';
import { MSISDN_FAULTS, parseMsisdn, type MsisdnFault } from '../domain/msisdn-parsing';
import type { PackageCode } from '../domain/packages';
import { Problem } from './problems';
import { purchaseRequestSchema, type FieldFaultResource } from './schemas';

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

/**
 * Reads a body by its schema.
 * @param further faults that the schema cannot know of
 * @throws Problem `invalid_request` with all faults at once
 */
export function readBody<Schema extends z.ZodType>(
  schema: Schema,
  body: unknown,
  further: readonly FieldFaultResource[] = [],
): z.output<Schema> {
  const result = schema.safeParse(body);
  if (result.success && further.length === 0) return result.data;
  const errors = [...(result.error?.issues ?? []).flatMap((issue) => faultsOf(issue, body)), ...further];
  throw new Problem('invalid_request', undefined, { errors });
}

/** A fault of one field in its table's words. */
export function fieldFault(pointer: string, code: FieldFault): FieldFaultResource {
  return { pointer, code, detail: FIELD_FAULTS[code] };
}

/** Ids reach logs, addresses and search attributes, where no subscriber's number may be (I11). */
function idFaults(body: unknown): FieldFaultResource[] {
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

function faultsOf(issue: z.core.$ZodIssue, body: unknown): FieldFaultResource[] {
  const pointer = jsonPointer(issue.path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => fieldFault(jsonPointer([...issue.path, key]), 'unknown_field'));
    case 'invalid_type': {
      const given = issue.path.reduce<unknown>(memberOf, body);
      if (given === undefined) return [fieldFault(pointer, 'missing')];
      return [{ pointer, code: 'wrong_type', detail: `It must be of type ${issue.expected}.` }];
    }
    case 'too_big':
      return [{ pointer, code: 'too_long', detail: issue.message }];
    case 'too_small':
      return [{ pointer, code: 'too_short', detail: issue.message }];
    case 'custom':
      return [{ pointer, code: msisdnFaultOf(issue.params), detail: issue.message }];
    default:
      return [{ pointer, code: 'invalid_format', detail: issue.message }];
  }
}

function msisdnFaultOf(
  params: Readonly<Record<string, unknown>> | undefined,
): MsisdnFault | 'invalid_format' {
  const fault = params?.['fault'];
  return typeof fault === 'string' && Object.hasOwn(MSISDN_FAULTS, fault)
    ? (fault as MsisdnFault) // just looked up
    : 'invalid_format';
}

function memberOf(value: unknown, member: PropertyKey): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, member)) return undefined;
  return (value as Record<PropertyKey, unknown>)[member]; // just looked up
}

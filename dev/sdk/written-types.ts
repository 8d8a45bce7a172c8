import { z } from 'zod';
import { accountSchema } from '../../api/account/schemas';
import {
  batchesSchema,
  batchRequestSchema,
  batchResultsSchema,
  batchSchema,
  batchValidationSchema,
} from '../../api/batches/schemas';
import { eligibilitySchema } from '../../api/eligibility/schemas';
import { validationSchema } from '../../api/purchase-validation/schemas';
import { problemSchema } from '../../api/http/problem-schema';
import {
  anyNoticeSchema,
  noticesQuerySchema,
  noticesSchema,
  purchaseNoticesSchema,
} from '../../api/notices/schemas';
import {
  batchNoticeSchema,
  caseRefundNoticeSchema,
  pingNoticeSchema,
  refundNoticeSchema,
  stateNoticeSchema,
} from '../../api/notices/webhooks';
import { webhookPingRequestSchema, webhookPingSchema } from '../../api/webhook/schemas';
import { packagesSchema } from '../../api/packages/schemas';
import { eventsSchema } from '../../api/purchase-events/schemas';
import { purchaseRequestSchema, purchaseSchema } from '../../api/purchases/schemas';
import { statementSchema } from '../../api/statements/schemas';
import { statusSchema } from '../../api/status/schemas';
import {
  foundPurchasesSchema,
  listQuerySchema,
  purchaseListSchema,
  searchRequestSchema,
} from '../../api/purchase-search/schemas';

/** Schemas of what a channel sends, by their type's name in sdk/api-types.ts. */
const REQUESTS = {
  PurchaseOrder: purchaseRequestSchema,
  BatchOrder: batchRequestSchema,
  PurchaseListQuery: listQuerySchema,
  PurchaseSearchRequest: searchRequestSchema,
  NoticesQuery: noticesQuerySchema,
  WebhookPingRequest: webhookPingRequestSchema,
};
/** Schemas of what the API answers. */
const ANSWERS = {
  Purchase: purchaseSchema,
  ListedPurchase: purchaseListSchema.shape.purchases.element,
  FoundPurchases: foundPurchasesSchema,
  Batch: batchSchema,
  Batches: batchesSchema,
  BatchValidation: batchValidationSchema,
  BatchResults: batchResultsSchema,
  BatchRow: batchResultsSchema.shape.rows.element,
  PurchaseEvent: eventsSchema.shape.events.element,
  PackageOffer: packagesSchema.shape.packages.element,
  Catalogue: packagesSchema,
  Eligibility: eligibilitySchema,
  Validation: validationSchema,
  Account: accountSchema,
  Statement: statementSchema,
  Status: statusSchema,
  ListedNotice: noticesSchema.shape.notices.element,
  LoggedNotice: purchaseNoticesSchema.shape.notices.element,
  AnyNotice: anyNoticeSchema,
  RefundNotice: refundNoticeSchema,
  CaseRefundNotice: caseRefundNoticeSchema,
  StateNotice: stateNoticeSchema,
  BatchNotice: batchNoticeSchema,
  PingNotice: pingNoticeSchema,
  WebhookPing: webhookPingSchema,
  ProblemDocument: problemSchema,
};

type JsonSchema = z.core.JSONSchema.BaseSchema;

/**
 * sdk/api-types.ts with each type written out in place, and without imports.
 * @param source its text
 * @throws Error when a type has no schema here, or a schema cannot be expressed
 */
export function writtenTypes(source: string): string {
  const types = new Map([...typesOf(REQUESTS, 'input'), ...typesOf(ANSWERS, 'output')]);
  const body = source.slice(source.lastIndexOf("';\n") + 3).trimStart(); // after the imports
  return body.replace(/^export type (\w+) = [^;]+;/gm, (_, name: string) => {
    const type = types.get(name);
    if (type === undefined) throw new Error(`${name} of sdk/api-types.ts has no schema in dev/sdk`);
    return `export type ${name} = ${type};`;
  });
}

function typesOf(schemas: Readonly<Record<string, z.ZodType>>, io: 'input' | 'output'): [string, string][] {
  return Object.entries(schemas).map(([name, schema]) => {
    const { $defs, ...json } = z.toJSONSchema(schema, { io, reused: 'inline' });
    return [name, typeOf(json, $defs ?? {})];
  });
}

/** TypeScript of a JSON schema; references to named parts are written out in place. */
function typeOf(schema: JsonSchema, parts: Record<string, JsonSchema>): string {
  const { $ref, anyOf, enum: values, type, items, properties } = schema;
  const of = (part: z.core.JSONSchema._JSONSchema): string => {
    if (typeof part === 'boolean') throw new Error('a boolean schema has no type here');
    return typeOf(part, parts);
  };
  if ($ref !== undefined) {
    const part = parts[$ref.replace('#/$defs/', '')];
    if (!part) throw new Error(`${$ref} is not defined`);
    return of(part);
  }
  if (anyOf) return anyOf.map(of).join(' | ');
  if (values) return values.map((value) => JSON.stringify(value)).join(' | ');
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (Array.isArray(type)) return type.map((one) => of({ ...schema, type: one })).join(' | '); // nullable
  if (type === 'array' && items !== undefined && !Array.isArray(items)) return `(${of(items)})[]`;
  if (type === 'object' && properties) return objectType(properties, schema.required ?? [], of);
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'string' || type === 'boolean' || type === 'null') return type;
  if (type === undefined) return 'unknown';
  throw new Error(`no type for the schema ${JSON.stringify(schema)}`);
}

function objectType(
  properties: Record<string, z.core.JSONSchema._JSONSchema>,
  required: readonly string[],
  of: (part: z.core.JSONSchema._JSONSchema) => string,
): string {
  const fields = Object.entries(properties).map(([name, part]) => {
    const note = typeof part === 'boolean' ? '' : comment(part);
    const isOptional = !required.includes(name);
    const key = /^\w+$/.test(name) ? name : JSON.stringify(name); // a header's name has hyphens
    return `${note}${key}${isOptional ? '?' : ''}: ${of(part)}${isOptional ? ' | undefined' : ''};`;
  });
  return `{\n${fields.join('\n')}\n}`;
}

const comment = ({ description }: JsonSchema): string =>
  description === undefined ? '' : `/** ${description.replaceAll('*/', '*\\/')} */\n`;

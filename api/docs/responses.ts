import type { ResponseConfig } from '@asteasolutions/zod-to-openapi';
import type { z } from 'zod';
import { FIELD_FAULTS } from '../../domain/field-faults';
import { MSISDN_FAULTS } from '../../domain/msisdn-parsing';
import { PROBLEM_CODES, type ProblemCode } from '../../domain/problem-codes';
import { Problem, PROBLEM_MEDIA_TYPE, problemDocument } from '../http/problems';
import { problemSchema, type ProblemResource } from '../http/problem-schema';

/** The security scheme's name. */
export const CHANNEL_KEY = 'channelKey';
/** Of every route that serves channels. */
export const SECURITY = [{ [CHANNEL_KEY]: [] }];

/** The problems that a route may answer with whatever it does, besides `malformed_request`. */
const EVERYWHERE = ['request_timed_out', 'headers_too_large', 'internal_error'] as const;
const OF_KEYS = [
  'unauthenticated',
  'key_expired',
  'signature_missing',
  'signature_invalid',
  'timestamp_out_of_window',
] as const;
/** Those of the routes of channels: of a key, of a body, and of what is kept in Temporal. */
const EVERYWHERE_FOR_CHANNELS = [
  'malformed_request',
  ...EVERYWHERE,
  'channel_disabled',
  'scope_missing',
  'rate_limited',
  'too_many_concurrent_requests',
  'payload_too_large',
  'unsupported_media_type',
  'purchase_erased',
  'batch_erased',
  'temporarily_unavailable',
  'purchase_unreadable',
  'batch_unreadable',
] as const;

/** The headers of some answers; those of every answer are in the introduction. */
const HEADERS = {
  Location: { description: 'URL of the purchase or batch.', schema: { type: 'string' as const } },
  'Preference-Applied': {
    description: 'The maximum delay that was applied, if `Prefer: wait` was sent.',
    schema: { type: 'string' as const },
  },
  ETag: {
    description: 'Changes when the response does.',
    schema: { type: 'string' as const },
  },
  'WWW-Authenticate': { description: 'How to authenticate.', schema: { type: 'string' as const } },
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer' as const } },
} as const;

/** Of every answer to a known channel, as the introduction says; described where they are read: at the refusals. */
const RATE_LIMIT_HEADERS = {
  RateLimit: {
    description: 'Remaining requests of your channel (`r`), and seconds until more (`t`); IETF draft 8.',
    schema: { type: 'string' as const },
    example: '"channel"; r=5999; t=60',
  },
  'RateLimit-Policy': {
    description: 'Allowed requests (`q`) per window of `w` seconds.',
    schema: { type: 'string' as const },
    example: '"channel"; q=6000; w=60; pk=:MDEyMzQ1Njc4OWFi:',
  },
};
const WITH_RETRY_AFTER: ReadonlySet<ProblemCode> = new Set([
  'temporarily_unavailable',
  'sales_paused',
  'purchase_unreadable',
  'batch_unreadable',
  'rate_limited',
  'too_many_concurrent_requests',
  'too_many_streams',
  'streams_exhausted',
  'idempotency_key_in_use',
]);

const EXTRAS: Partial<
  Record<ProblemCode, Pick<ProblemResource, 'errors' | 'differing' | 'duplicateOf' | 'state'>>
> = {
  invalid_request: {
    errors: [
      { pointer: '/msisdn', code: 'retired_prefix', detail: MSISDN_FAULTS.retired_prefix.en },
      { pointer: '/colour', code: 'unknown_field', detail: FIELD_FAULTS.unknown_field.en },
    ],
  },
  package_not_available: {
    errors: [{ pointer: '/package', code: 'unknown_package', detail: FIELD_FAULTS.unknown_package.en }],
  },
  external_id_conflict: { differing: ['package'] },
  possible_duplicate: {
    duplicateOf: { externalId: 'order-1042', state: 'succeeded', createdAt: '2026-11-23T02:00:00.000Z' },
  },
  too_late_to_cancel: { state: 'charging' },
};

/** Whether a response of the document has a problem. */
export function isProblem(content: unknown): boolean {
  return typeof content === 'object' && content !== null && PROBLEM_MEDIA_TYPE in content;
}

/** A successful answer with its named examples. */
export function answer(
  description: string,
  schema: z.ZodType,
  examples: Readonly<Record<string, unknown>>,
  ...headers: readonly (keyof typeof HEADERS)[]
): ResponseConfig {
  return {
    description,
    headers: pick(headers),
    content: { 'application/json': { schema, examples: asExamples(examples) } },
  };
}

/** The documented problems of a route that asks for no key. */
export function problems(...own: readonly ProblemCode[]): Record<string, ResponseConfig> {
  return byStatus(['malformed_request', ...own], EVERYWHERE);
}

/** The documented problems of a route of channels. */
export function channelProblems(...own: readonly ProblemCode[]): Record<string, ResponseConfig> {
  return byStatus([...OF_KEYS, ...own], EVERYWHERE_FOR_CHANNELS);
}

/**
 * Each status that some problems have, and for all others what holds everywhere: written out at each route it was two
 * thirds of the document. Not by range (`4XX`), which clients generated for C# never recognise.
 */
function byStatus(
  some: readonly ProblemCode[],
  everywhere: readonly ProblemCode[],
): Record<string, ResponseConfig> {
  const all = [...new Set([...some, ...everywhere])];
  const explicit = [...new Set(some.map(statusOf))].map((status) => [
    String(status),
    problemAnswer(all.filter((code) => statusOf(code) === status)),
  ]);
  return { ...Object.fromEntries(explicit), default: problemAnswer(everywhere) };
}

const statusOf = (code: ProblemCode): number => PROBLEM_CODES[code].status;

/** The description names each code, which `/problems` explains; those that say more than the code have an example. */
function problemAnswer(codes: readonly ProblemCode[]): ResponseConfig {
  const examples = Object.fromEntries(
    codes.flatMap((code) =>
      EXTRAS[code] ? [[code, problemDocument(new Problem(code, undefined, EXTRAS[code]), '0b6f2a4e')]] : [],
    ),
  );
  return {
    description: codes.map((code) => `\`${code}\``).join(', '),
    headers: {
      ...(codes.includes('unauthenticated') || codes.includes('scope_missing')
        ? pick(['WWW-Authenticate'])
        : {}),
      ...(codes.some((code) => WITH_RETRY_AFTER.has(code)) ? pick(['Retry-After']) : {}),
      ...(codes.includes('rate_limited') ? RATE_LIMIT_HEADERS : {}),
    },
    content: {
      [PROBLEM_MEDIA_TYPE]: {
        schema: problemSchema,
        ...(Object.keys(examples).length > 0 ? { examples: asExamples(examples) } : {}),
      },
    },
  };
}

function pick(names: readonly (keyof typeof HEADERS)[]) {
  return Object.fromEntries(names.map((name) => [name, HEADERS[name]]));
}

function asExamples(examples: Readonly<Record<string, unknown>>): Record<string, { value: unknown }> {
  return Object.fromEntries(Object.entries(examples).map(([name, value]) => [name, { value }]));
}

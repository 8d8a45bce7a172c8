import { z } from 'zod';
import { FIELD_FAULT_CODES } from '../../domain/field-faults';
import { MSISDN_FAULTS, type MsisdnFault } from '../../domain/msisdn-parsing';
import { PROBLEM_CODE_NAMES } from '../../domain/problem-codes';
import { purchaseState, stateOrNull } from './purchase-states';

const MSISDN_FAULT_CODES = Object.keys(MSISDN_FAULTS) as [MsisdnFault, ...MsisdnFault[]]; // the literal's keys

export const fieldFaultSchema = z
  .strictObject({
    pointer: z.string().meta({
      description: 'JSON pointer into the body, or to a query parameter; empty for the whole body.',
    }),
    code: z.enum([...FIELD_FAULT_CODES, ...MSISDN_FAULT_CODES]),
    detail: z.string(),
    line: z.number().int().optional().meta({ description: 'Line of a CSV body, from 1.' }),
    earlierLine: z.number().int().optional().meta({ description: 'Line of the row that it repeats.' }),
  })
  .meta({ id: 'FieldFault' });
export type FieldFaultResource = z.output<typeof fieldFaultSchema>;

/** Problem details (RFC 9457). */
export const problemSchema = z
  .strictObject({
    type: z.string().meta({ description: 'URL that explains the code.' }),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().meta({ description: 'What happened, and what to do.' }),
    code: z.enum(PROBLEM_CODE_NAMES).meta({ description: 'Stable; for your program to branch on.' }),
    retryable: z.boolean().meta({ description: 'Whether the same request may succeed later.' }),
    requestId: z.string().meta({ description: 'Quote it when you contact us; also in X-Request-Id.' }),
    errors: z.array(fieldFaultSchema).optional().meta({ description: 'All errors of the request.' }),
    errorCount: z.number().int().optional().meta({ description: 'Of a batch; `errors` has the first 100.' }),
    differing: z
      .array(z.enum(['msisdn', 'package']))
      .optional()
      .meta({ description: 'For external_id_conflict: the fields that differ.' }),
    duplicateOf: z
      .strictObject({
        externalId: z.string(),
        state: stateOrNull,
        createdAt: z.iso.datetime().nullable(),
      })
      .optional()
      .meta({
        description:
          'For possible_duplicate: your other order; null while it is being accepted. Absent where the key may not read.',
      }),
    state: purchaseState.optional(),
  })
  .meta({ id: 'Problem' });
export type ProblemResource = z.output<typeof problemSchema>;

import type { OpenAPIRegistry } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { answer, channelProblems, SECURITY } from '../docs/responses';
import { STATEMENT_COLUMNS } from './csv';
import { statementSchema, type StatementResource } from './schemas';

export const JSON_TYPE = 'application/json';
export const CSV = 'text/csv';
export const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

const SUMS = {
  sold: { count: 1, faceValue: 90000, discount: 5850, payable: 84150 },
  refunded: { count: 1, amount: 90000, undelivered: 0 },
  open: { count: 0, faceValue: 0 },
  unreadable: 0,
};
const STATEMENT: StatementResource = {
  channel: 'phuong-quan-shop',
  period: '2026-11-24',
  from: '2026-11-24',
  to: '2026-11-24',
  asOf: '2026-11-25T01:00:00.000Z',
  opening: 168300,
  days: [
    {
      day: '2026-11-24',
      opening: 168300,
      ...SUMS,
      closing: 252450,
      refunds: [
        {
          purchaseId: 'pur_zyxwvutsrqponmlkjihgfedcba',
          externalId: 'order-20261124-0002',
          package: 'D90',
          outcome: 'rolled_back',
          amount: 90000,
          noticeId: 'refund_pur_zyxwvutsrqponmlkjihgfedcba',
          type: 'purchase.refund_due',
          delivered: true,
        },
      ],
    },
  ],
  totals: SUMS,
  closing: 252450,
  over: true,
  final: true,
};
const EMPTY = Object.fromEntries(Object.keys(STATEMENT_COLUMNS).map((name) => [name, '']));
const line = (given: Partial<Record<keyof typeof STATEMENT_COLUMNS, string>>): string =>
  `${Object.values({ ...EMPTY, ...given }).join(',')}\r\n`;
const PURCHASE = { day: '2026-11-24', package: 'D90', acceptedAt: '2026-11-24T10:05:00.000+07:00' };
/** Of the statement above. */
const LINES = [
  `${Object.keys(STATEMENT_COLUMNS).join(',')}\r\n`,
  line({ type: 'opening', day: '2026-11-24', payable: '168300' }),
  line({
    ...PURCHASE,
    type: 'sold',
    externalId: 'order-20261124-0001',
    purchaseId: 'pur_abcdefghijklmnopqrstuvwxyz',
    faceValue: '90000',
    discount: '5850',
    payable: '84150',
  }),
  line({
    ...PURCHASE,
    type: 'refunded',
    externalId: 'order-20261124-0002',
    purchaseId: 'pur_zyxwvutsrqponmlkjihgfedcba',
    refund: '90000',
    noticeId: 'refund_pur_zyxwvutsrqponmlkjihgfedcba',
    noticeDelivered: 'yes',
  }),
  line({ type: 'closing', day: '2026-11-24', payable: '252450' }),
].join('');

export function document(registry: OpenAPIRegistry): void {
  const statement = answer('The statement.', statementSchema, { statement: STATEMENT });
  registry.registerPath({
    method: 'get',
    path: '/v1/statements/{period}',
    operationId: 'getStatement',
    tags: ['Statements'],
    summary: 'Get your statement of a day or a month',
    description:
      'As JSON, CSV or a workbook, by `Accept`; [statements](/docs/statements.md) describes the lines of the CSV. Purchases count on the day in Vietnam on which they were accepted, and agree with our reconciliation. A response that is cut off is incomplete: ask again. A month can be had while its first purchases are kept: fetch it in the first days of the next.',
    security: SECURITY,
    request: {
      params: z.strictObject({
        period: z.string().meta({
          description: 'A calendar day in Vietnam, such as `2026-11-24`, or a month, such as `2026-11`.',
          example: '2026-11',
        }),
      }),
    },
    responses: {
      200: {
        ...statement,
        content: {
          ...statement.content,
          [CSV]: { schema: z.string(), examples: { lines: { value: LINES } } },
          [XLSX]: {
            schema: z.string().meta({ format: 'binary' }),
            examples: { workbook: { value: '(binary)' } },
          },
        },
      },
      ...channelProblems(
        'invalid_request',
        'statement_not_available',
        'too_many_streams',
        'streams_exhausted',
      ),
    },
  });
}

/** What a field must be. */
export type Kind = 'string' | 'number' | 'object' | 'array';

/** The fields that an order cannot do without. */
export const ORDER_FIELDS: Readonly<Record<string, Kind>> = {
  purchaseId: 'string',
  channel: 'string',
  externalId: 'string',
  msisdn: 'string',
  package: 'object',
  paymentForm: 'string',
  faceValue: 'number',
  discount: 'object',
  payable: 'number',
  acceptedAt: 'string',
};

/** The first field that is missing or of another kind; undefined when there is none. */
export function faultyField(input: object, fields: Readonly<Record<string, Kind>>): string | undefined {
  const given = new Map<string, unknown>(Object.entries(input));
  const fault = Object.entries(fields).find(([field, kind]) => {
    const value = given.get(field);
    return !(kind === 'array' ? Array.isArray(value) : typeof value === kind && value !== null);
  });
  return fault?.[0];
}

import type { ResponseConfig } from '@asteasolutions/zod-to-openapi';

/** What may be asked next of a purchase that an answer shows: each takes its external id from the answer's body. */
const NEXT = {
  getPurchase: 'Look it up, or wait for its outcome.',
  listPurchaseEvents: 'Follow it as it happens.',
  cancelPurchase: 'Cancel it while that is possible.',
} as const;

/** The answer with links to what may be asked next of the purchase in it. */
export function linked(answer: ResponseConfig, ...next: readonly (keyof typeof NEXT)[]): ResponseConfig {
  const links = next.map((operationId) => [
    operationId,
    {
      operationId,
      description: NEXT[operationId],
      parameters: { externalId: '$response.body#/externalId' },
    },
  ]);
  return { ...answer, links: Object.fromEntries(links) };
}

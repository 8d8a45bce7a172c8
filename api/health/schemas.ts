import { z } from 'zod';

/** `GET /healthz` and `GET /readyz`. */
export const healthSchema = z
  .strictObject({
    status: z.enum(['ok', 'ready']),
    clockOffsetSeconds: z
      .int()
      .optional()
      .meta({
        description:
          'Only in `/readyz`, and only if the clock of this machine is off by more than 5 seconds: how far it is ahead of Temporal’s clock; negative if it is behind.',
        examples: [-7200],
      }),
  })
  .meta({ id: 'Health' });
export type HealthResource = z.output<typeof healthSchema>;

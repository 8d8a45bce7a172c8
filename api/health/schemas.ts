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
          'Of `/readyz`, only while the clock of this machine is more than 5 seconds off: how far it is ahead of Temporal’s, negative when it is behind.',
        examples: [-7200],
      }),
  })
  .meta({ id: 'Health' });
export type HealthResource = z.output<typeof healthSchema>;

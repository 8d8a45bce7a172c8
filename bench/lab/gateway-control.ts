import { z } from 'zod';

/** Where the bench's gateway takes its orders. */
export const CONTROL_PATH = '/bench';

/** How the bench's gateway is to behave from now on. */
export const gatewayOrderSchema = z.object({
  /** How long each call takes it. */
  delayMs: z.number().nonnegative(),
  /** Whether it answers every call with 503. */
  out: z.boolean(),
});
export type GatewayOrder = z.infer<typeof gatewayOrderSchema>;

const spentSchema = z.object({ calls: z.number(), milliseconds: z.number() });

/** The bench's gateway, from outside. */
export class GatewayControl {
  constructor(readonly url: string) {}

  /** Orders a behaviour; the account of time spent begins anew. */
  async order(order: Partial<GatewayOrder>): Promise<void> {
    const body = JSON.stringify({ delayMs: 0, out: false, ...order });
    await fetch(this.url + CONTROL_PATH, { method: 'PUT', body });
  }

  /** Milliseconds that a call took the gateway itself, on average since the last order. */
  async ownTimeOfACall(): Promise<number> {
    const { calls, milliseconds } = spentSchema.parse(await (await fetch(this.url + CONTROL_PATH)).json());
    return calls === 0 ? 0 : milliseconds / calls;
  }
}

/** So many customers, each of whom orders again as soon as the last order is answered. */
export interface Load {
  atOnce: number;
  /** No order is begun after so long; all that were begun are waited for. */
  seconds: number;
  /** Nor more orders than these, where they are set. */
  most?: number;
}

/** One order that was answered. */
export interface Sold {
  workflowId: string;
  /** When it was sent, ms since the epoch with fractions. */
  sentAt: number;
  /** Until its answer. */
  milliseconds: number;
}

/** What came of a load. */
export interface Sales {
  sold: readonly Sold[];
  /** From the first order to the last answer. */
  seconds: number;
  perSecond: number;
}

/** Sells one purchase and comes back when its outcome is known. @returns the id of its workflow */
export type Sell = () => Promise<string>;

/**
 * Makes a closed load. The rate counts from the first order to the last answer, so it leaves out nothing that was begun.
 * @throws whatever the first order that fails throws, when all others under way are over
 */
export async function makeLoad(sell: Sell, { atOnce, seconds, most = Infinity }: Load): Promise<Sales> {
  const sold: Sold[] = [];
  const startedAt = performance.now();
  let begun = 0;
  let failed = false;
  const customer = async (): Promise<void> => {
    while (!failed && begun < most && (performance.now() - startedAt < seconds * 1000 || begun < atOnce)) {
      begun += 1;
      const sentAt = performance.now();
      try {
        const workflowId = await sell();
        sold.push({
          workflowId,
          sentAt: performance.timeOrigin + sentAt,
          milliseconds: performance.now() - sentAt,
        });
      } catch (fault) {
        failed = true;
        throw fault;
      }
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: atOnce }, customer));
  const fault = ends.find((end) => end.status === 'rejected');
  if (fault) throw fault.reason;
  const took = (performance.now() - startedAt) / 1000;
  return { sold, seconds: took, perSecond: sold.length / took };
}

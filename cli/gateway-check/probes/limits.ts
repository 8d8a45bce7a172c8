import { retryAfterMs } from '../../../domain/retry-after';
import { Evidence, type Probe, spelledMs } from '../probe';

const MOST_REQUESTS = 20;
const AT_ONCE = 5;

/** A few inquiries at once, which cost nothing and touch no sale, until one is turned away. */
export const LIMITS: Probe = {
  id: 'limits',
  title: 'Too many requests are answered with 429, and a wait that can be read',
  cost: () => ({ other: `up to ${MOST_REQUESTS} inquiries, ${AT_ONCE} at once` }),
  async run({ line, sales }) {
    const evidence = new Evidence();
    for (let sent = 0; sent < MOST_REQUESTS; sent += AT_ONCE) {
      const inquiries = Array.from({ length: AT_ONCE }, () => {
        const { msisdn, registrationId } = sales.open();
        return line.deliver('inquiry', { transactionId: registrationId, msisdn });
      });
      const deliveries = await Promise.all(inquiries);
      const turnedAway = deliveries.find((each) => each.kind === 'answer' && each.status === 429);
      if (turnedAway?.kind !== 'answer') continue;
      weighRetryAfter(turnedAway.retryAfter, evidence);
      return evidence;
    }
    evidence.note(
      `None of ${MOST_REQUESTS} requests was turned away: the limit is higher, or there is none.`,
    );
    return evidence;
  },
};

function weighRetryAfter(header: string | undefined, evidence: Evidence): void {
  if (header === undefined) return evidence.for('429 without Retry-After: the client chooses the wait.');
  const waitMs = retryAfterMs(header, new Date());
  const words = `429 with Retry-After “${header.slice(0, 60)}”`;
  if (waitMs === undefined) evidence.against(`${words}, which cannot be read.`);
  else evidence.for(`${words}, read as ${spelledMs(waitMs)}.`);
}

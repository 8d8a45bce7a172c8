import type { Request } from 'express';
import { orderFingerprint, type IdempotencyKeys, type KeyUse } from '../../client/idempotency-keys';
import type { Purchases, Submission } from '../../client/purchases';
import type { ChannelName } from '../../domain/identifiers';
import type { PurchaseRequest } from '../../selling/order';
import { Problem } from '../http/problems';

/** How long another process may be at accepting an order before its key is taken up by whoever repeats it, ms. */
const ACCEPTANCE_MS = 10_000;
/** How long a key of another process is remembered; it is asked for again within seconds, or not for long, ms. */
const FORGET_KEY_AFTER_MS = 10 * 60_000;
const REAL_CLOCKS = { wallMs: () => Date.now(), steadyMs: () => performance.now() };
const MAX_KEY_LENGTH = 255;
/** A structured-field string (RFC 8941), or bare for those who leave the quotes out. */
const QUOTED = `"((?:[ !#-\\[\\]-~]|\\\\["\\\\]){1,${MAX_KEY_LENGTH}})"`;
const BARE = `([!#-+\\--~]{1,${MAX_KEY_LENGTH}})`;
export const IDEMPOTENCY_KEY_PATTERN = new RegExp(`^(?:${QUOTED}|${BARE})$`);

/** `Idempotency-Key` on orders (IETF draft): a key is for one order, and one request with it at a time. */
export class Idempotency {
  /** What the requests of this process that are being accepted use their keys for. */
  private readonly underWay = new Map<string, KeyUse>();
  /** Keys of other processes whose order may still be on its way, and since when this process knows of them. */
  private readonly elsewhere = new Map<string, number>();

  constructor(
    private readonly keys: IdempotencyKeys,
    private readonly purchases: Purchases,
    private readonly clocks: { wallMs: () => number; steadyMs: () => number } = REAL_CLOCKS,
  ) {}

  /**
   * Makes an order durable under a key. The order's external id alone already makes it one purchase: the key has
   * mistakes told.
   * @param accept submits the order, and does not wait for its outcome
   * @throws Problem `idempotency_key_reused`, `idempotency_key_in_use`
   */
  async accept(
    channel: ChannelName,
    key: string,
    wanted: PurchaseRequest,
    accept: () => Promise<Submission>,
  ): Promise<Submission> {
    const use = {
      externalId: wanted.externalId,
      fingerprint: orderFingerprint(key, wanted.msisdn, wanted.package),
    };
    const id = `${channel}:${key}`; // of this process's memory only
    const rival = this.underWay.get(id);
    if (rival) throw isSame(rival, use) ? inUse() : new Problem('idempotency_key_reused');
    this.underWay.set(id, use);
    try {
      const claim = await this.keys.claim(channel, key, use);
      if (claim.kind === 'used') {
        if (!isSame(claim.use, use)) throw new Problem('idempotency_key_reused');
        // A use by this process that is not under way is over, however it ended; of another's only time can tell.
        const mayBeUnderWay = !claim.here && this.isRecent(id, claim.at);
        if (mayBeUnderWay && !(await this.purchases.find(channel, use.externalId, 0))) throw inUse();
      }
      return await accept();
    } finally {
      this.underWay.delete(id);
    }
  }

  /** By the clock that has seen more: one that was set back makes nobody wait for longer than an acceptance takes. */
  private isRecent(id: string, at: Date): boolean {
    const now = this.clocks.steadyMs();
    for (const [other, since] of this.elsewhere) {
      if (now - since < FORGET_KEY_AFTER_MS) break; // in the order in which they were learned of
      this.elsewhere.delete(other);
    }
    const since = this.elsewhere.get(id) ?? now;
    this.elsewhere.set(id, since);
    return Math.max(this.clocks.wallMs() - at.getTime(), now - since) < ACCEPTANCE_MS;
  }
}

/**
 * The key of a request, where it has one.
 * @throws Problem `malformed_request`
 */
export function idempotencyKeyOf(request: Request): string | undefined {
  const header = request.get('idempotency-key');
  if (header === undefined) return undefined;
  const [, quoted, bare] = IDEMPOTENCY_KEY_PATTERN.exec(header) ?? [];
  const key = quoted?.replace(/\\(["\\])/g, '$1') ?? bare;
  if (key !== undefined) return key;
  throw new Problem('malformed_request', {
    en: `Idempotency-Key must be one string of 1 to ${MAX_KEY_LENGTH} visible ASCII characters, preferably in double quotes: "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
    vi: `Idempotency-Key phải là một chuỗi từ 1 đến ${MAX_KEY_LENGTH} ký tự ASCII in được, nên đặt trong dấu ngoặc kép: "8e03978e-40d5-43dd-bc93-6894a57f9324".`,
  });
}

function isSame(one: KeyUse, other: KeyUse): boolean {
  return one.externalId === other.externalId && one.fingerprint === other.fingerprint;
}

function inUse(): Problem {
  return new Problem('idempotency_key_in_use', undefined, {}, { 'Retry-After': '1' });
}

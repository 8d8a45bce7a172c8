import type { IdempotencyKeys, KeyClaim, KeyUse } from '../../client/idempotency-keys';
import type { ChannelName } from '../../domain/identifiers';

/** Keys in memory. */
export class ScriptedIdempotencyKeys implements IdempotencyKeys {
  /** Every claim there was, also those of keys used before. */
  claims = 0;
  /** What holds every claim up, until it resolves. */
  hold: Promise<void> | undefined;
  private heard: () => void = () => undefined;
  /** Resolves when the first claim is made. */
  readonly asked = new Promise<void>((resolve) => (this.heard = resolve));
  private readonly used = new Map<string, { use: KeyUse; at: Date; here: boolean }>();

  async claim(channel: ChannelName, key: string, use: KeyUse): Promise<KeyClaim> {
    this.claims += 1;
    this.heard();
    await this.hold;
    const earlier = this.used.get(`${channel}:${key}`);
    if (earlier) return { kind: 'used', ...earlier };
    this.used.set(`${channel}:${key}`, { use, at: new Date(), here: true });
    return { kind: 'first' };
  }

  /** Makes it another process that used the key, so long ago. */
  attributeElsewhere(agoMs: number): void {
    for (const [id, { use }] of this.used) {
      this.used.set(id, { use, at: new Date(Date.now() - agoMs), here: false });
    }
  }
}

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import type { KeyRing } from './key-ring';
import { PayloadUnreadable } from './payload-unreadable';

const ENCODING = 'binary/encrypted'; // what Temporal's own samples call it, and its Web UI knows
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const { Payload: Wire } = temporal.api.common.v1;

interface Options {
  /** Called for each payload that cannot be read, before the read fails. */
  onUnreadable?: (fault: PayloadUnreadable) => void;
}

/**
 * Encrypts what goes to Temporal and decrypts what comes back, payload by payload: `nonce | ciphertext | tag` under
 * AES-256-GCM, the id of the key beside it and bound to it. What is in clear, from before there was a key, is read as
 * it is.
 */
export class PayloadEncryption implements PayloadCodec {
  /** @param writing the ring to write with; none leaves what is written in clear */
  constructor(
    private readonly reading: Pick<KeyRing, 'byId'>,
    private readonly writing: Pick<KeyRing, 'current'> | undefined,
    private readonly options: Options = {},
  ) {}

  async encode(payloads: Payload[]): Promise<Payload[]> {
    const key = this.writing?.current();
    if (!key) return payloads;
    return payloads.map((payload) => {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv(CIPHER, key.payloads, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(boundTo(key.id));
      const hidden = [cipher.update(Wire.encode(payload).finish()), cipher.final()];
      return {
        metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(key.id) },
        data: Buffer.concat([nonce, ...hidden, cipher.getAuthTag()]),
      };
    });
  }

  /** @throws PayloadUnreadable when one of them cannot be read */
  async decode(payloads: Payload[]): Promise<Payload[]> {
    return payloads.map((payload) => (isEncrypted(payload) ? this.decrypt(payload) : payload));
  }

  private decrypt({ metadata, data }: Payload): Payload {
    const keyId = textOf(metadata?.['encryption-key-id']);
    try {
      const key = this.reading.byId(keyId);
      return opened(data ?? new Uint8Array(), key.payloads, keyId);
    } catch (fault) {
      const unreadable =
        fault instanceof PayloadUnreadable ? fault : new PayloadUnreadable('tampered', keyId);
      this.options.onUnreadable?.(unreadable);
      throw unreadable;
    }
  }
}

/** Whether it can be read with its key only. */
export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === ENCODING;
}

function opened(data: Uint8Array, key: Parameters<typeof createDecipheriv>[1], keyId: string): Payload {
  const nonce = data.subarray(0, NONCE_BYTES);
  const tag = data.subarray(Math.max(NONCE_BYTES, data.length - TAG_BYTES));
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_BYTES });
  decipher.setAAD(boundTo(keyId));
  decipher.setAuthTag(tag);
  const hidden = data.subarray(NONCE_BYTES, data.length - TAG_BYTES);
  const clear = Buffer.concat([decipher.update(hidden), decipher.final()]);
  return Wire.decode(clear);
}

/** A payload whose key id was changed must not pass for one of that key. */
function boundTo(keyId: string): Buffer {
  return Buffer.from(`datacode/1 ${keyId}`);
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}

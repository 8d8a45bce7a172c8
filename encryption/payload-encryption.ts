import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import {
  defaultPayloadConverter,
  type Payload,
  type PayloadCodec,
  type SerializationContext,
} from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { CLEAR_TEXT_REFUSED, UNREADABLE_REFUSED } from '../domain/refused-input';
import type { KeyRing, PeriodKey } from './key-ring';
import { belongsHere, bindingOf, isOfNamespace, UNBOUND } from './payload-binding';
import { NO_KEY, PayloadUnreadable } from './payload-unreadable';
import { mayBeTyped } from './typed-input';

const ENCODING = 'binary/encrypted'; // what Temporal's own samples call it, and its Web UI knows
/** Inside the encrypted payload: where it belongs. */
const BOUND_TO = 'bound-to';
const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const { Payload: Wire } = temporal.api.common.v1;

interface Options {
  /** Called for each payload that cannot be read, before the read fails. */
  onUnreadable?: (fault: PayloadUnreadable) => void;
  /**
   * What is done with clear text, which anyone can write: it is read as it is, refused, or, in a worker, replaced by words
   * that every workflow refuses as its input. An update in clear must not fail the workflow task (I17); what an activity
   * is told or answers is refused there as well. With `replace`, what cannot be decrypted is replaced in the same places.
   */
  clearText?: 'read' | 'refuse' | 'replace';
  /** Of a reader that is told no place, as the codec server: what belongs to another namespace is not read. */
  namespace?: string;
  /** Until then clear text is read as it is: data from before encryption. What is bound to no workflow is read as well. */
  clearTextUntil?: Date | undefined;
  /**
   * What was encrypted for a person who typed it is bound to no workflow. A worker is not told whether it reads an update or an
   * input, so it takes what may have been typed; a client takes it where a history has a person's words, and nowhere else.
   */
  typed?: 'read' | 'refuse';
}

/**
 * Encrypts what goes to Temporal and decrypts what comes back, payload by payload: `nonce | ciphertext | tag` under
 * AES-256-GCM, the id of the key beside it and bound to it. Under a key that binds, a payload is read only in the
 * workflow that it was written for (docs/decisions/0033-payloads-are-bound.md).
 */
export class PayloadEncryption implements PayloadCodec {
  /** @param writing the ring to write with; none leaves what is written in clear */
  constructor(
    private readonly reading: Pick<KeyRing, 'byId'>,
    private readonly writing: Pick<KeyRing, 'current'> | undefined,
    private readonly options: Options = {},
  ) {}

  /** The same, which also reads what a person typed. */
  readingTyped(): PayloadEncryption {
    return new PayloadEncryption(this.reading, this.writing, { ...this.options, typed: 'read' });
  }

  async encode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    const key = this.writing?.current();
    if (!key) return payloads;
    return payloads.map((payload) => sealed(payload, key, bindingOf(context)));
  }

  /**
   * Arguments of which one cannot be read are replaced as a whole, so that no workflow goes on with a part of its input.
   * @throws PayloadUnreadable when one of them cannot be read, and is not replaced
   */
  async decode(payloads: Payload[], context?: SerializationContext): Promise<Payload[]> {
    try {
      return payloads.map((payload) =>
        isEncrypted(payload) ? this.decrypted(payload, context) : this.inClear(payload, context),
      );
    } catch (fault) {
      if (!(fault instanceof PayloadUnreadable)) throw fault;
      this.options.onUnreadable?.(fault);
      if (this.options.clearText !== 'replace' || context?.type !== 'workflow') throw fault;
      const words = fault.reason === 'clear_text' ? CLEAR_TEXT_REFUSED : UNREADABLE_REFUSED;
      return payloads.map(() => defaultPayloadConverter.toPayload(words));
    }
  }

  private decrypted({ metadata, data }: Payload, context: SerializationContext | undefined): Payload {
    const keyId = textOf(metadata?.['encryption-key-id']);
    const key = this.reading.byId(keyId);
    const { payload, binding } = opened(data ?? new Uint8Array(), key);
    const { namespace } = this.options;
    if (binding === undefined || this.isTypedHere(binding, payload, context)) return payload;
    if (belongsHere(binding, context) && isOfNamespace(binding, namespace)) return payload;
    throw new PayloadUnreadable('moved', keyId, binding === UNBOUND ? 'a person who typed it' : binding);
  }

  /** A person's words are never those of an activity. */
  private isTypedHere(binding: string, payload: Payload, context: SerializationContext | undefined): boolean {
    if (binding !== UNBOUND || context?.type !== 'workflow') return false;
    return this.acceptsFormer() || (this.options.typed !== 'refuse' && mayBeTyped(payload));
  }

  /** @throws PayloadUnreadable where it is not accepted */
  private inClear(payload: Payload, context: SerializationContext | undefined): Payload {
    if ((this.options.clearText ?? 'read') === 'read' || this.acceptsFormer()) return payload;
    if (context?.type === 'activity' && isTemporalsOwn(payload)) return payload;
    throw new PayloadUnreadable('clear_text', NO_KEY);
  }

  private acceptsFormer(): boolean {
    const { clearTextUntil } = this.options;
    return clearTextUntil !== undefined && new Date() < clearTextUntil;
  }
}

const NOT_STARTED = '"ACTIVITY_ID_NOT_STARTED"';

/**
 * The details of an activity that is cancelled before a worker has begun it: the server writes them, in clear. A codec is not told
 * that it decodes details; whoever knows takes these words for no result and no input, since anybody can write them.
 */
export function isTemporalsOwn({ metadata, data }: Payload): boolean {
  return textOf(metadata?.['encoding']) === 'json/plain' && textOf(data) === NOT_STARTED;
}

/** Whether it can be read with its key only. */
export function isEncrypted({ metadata }: Payload): boolean {
  return textOf(metadata?.['encoding']) === ENCODING;
}

/** The id of the key that it says to be encrypted with; undefined for what is not encrypted. */
export function keyIdOf(payload: Payload): string | undefined {
  return isEncrypted(payload) ? textOf(payload.metadata?.['encryption-key-id']) : undefined;
}

function sealed(payload: Payload, key: PeriodKey, binding: string): Payload {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, key.payloads, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(additionalData(key));
  const bound = { ...payload, metadata: { ...payload.metadata, [BOUND_TO]: Buffer.from(binding) } };
  const clear = Wire.encode(key.binds ? bound : payload).finish();
  const hidden = [cipher.update(clear), cipher.final()];
  return {
    metadata: { encoding: Buffer.from(ENCODING), 'encryption-key-id': Buffer.from(key.id) },
    data: Buffer.concat([nonce, ...hidden, cipher.getAuthTag()]),
  };
}

/** @throws PayloadUnreadable when the bytes are not what was written under this key */
function opened(data: Uint8Array, key: PeriodKey): { payload: Payload; binding: string | undefined } {
  try {
    const nonce = data.subarray(0, NONCE_BYTES);
    const tag = data.subarray(Math.max(NONCE_BYTES, data.length - TAG_BYTES));
    const decipher = createDecipheriv(CIPHER, key.payloads, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(additionalData(key));
    decipher.setAuthTag(tag);
    const hidden = data.subarray(NONCE_BYTES, data.length - TAG_BYTES);
    const payload = Wire.decode(Buffer.concat([decipher.update(hidden), decipher.final()]));
    if (!key.binds) return { payload, binding: undefined };
    const { [BOUND_TO]: binding, ...metadata } = payload.metadata;
    return { payload: { metadata, data: payload.data }, binding: textOf(binding) };
  } catch {
    throw new PayloadUnreadable('tampered', key.id);
  }
}

/** A payload whose key id was changed must not pass for one of that key, nor one that is not bound for one that is. */
function additionalData({ id, binds }: PeriodKey): Buffer {
  return Buffer.from(`datacode/${binds ? 2 : 1} ${id}`);
}

function textOf(bytes: Uint8Array | null | undefined): string {
  return bytes ? Buffer.from(bytes).toString('utf8') : '';
}

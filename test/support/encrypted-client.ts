import { Client } from '@temporalio/client';
import { keyRingOf } from '../../encryption/key-ring';
import { PayloadEncryption } from '../../encryption/payload-encryption';

/**
 * A client of the same server with a key of its own, which is made of the key's id: what was written under another, it cannot read.
 * @param options `binds` as the key ring has it; `clearText` as the encryption's
 */
export function encryptedClient(
  { connection, options }: Client,
  { id = 'one', binds, clearText }: { id?: string; binds?: true; clearText?: 'refuse' } = {},
): Client {
  const key = {
    id,
    key: Buffer.alloc(32, id).toString('base64'),
    madeAt: '2026-11-01T00:00:00.000Z',
    ...(binds ? { binds } : {}),
  };
  const ring = keyRingOf({ current: id, keys: [key], shredded: [] });
  const codec = new PayloadEncryption(ring, ring, clearText ? { clearText } : {});
  return new Client({ connection, namespace: options.namespace, dataConverter: { payloadCodecs: [codec] } });
}

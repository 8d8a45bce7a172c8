// oxlint-disable-next-line no-restricted-imports -- a large download, in a folder of its own that is removed after use
import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { FetchOutcome } from '../../domain/reconciliation/settlement-source';
import { OWNER_ONLY } from '../../runtime/owner-only';

/** Carried out of the pipeline, so that its end is told from a fault. */
class TooLarge extends Error {}

/**
 * Writes what arrives into a file, as far as it may be.
 * @throws the stream's own fault, or the signal's reason
 */
export async function copy(
  bytes: AsyncIterable<Uint8Array>,
  into: string,
  largestBytes: number,
  signal: AbortSignal,
): Promise<Exclude<FetchOutcome, { kind: 'not_there' }>> {
  try {
    await pipeline(atMost(bytes, largestBytes), createWriteStream(into, { mode: OWNER_ONLY.file }), {
      signal,
    });
    return { kind: 'fetched' };
  } catch (fault) {
    signal.throwIfAborted();
    if (fault instanceof TooLarge) return { kind: 'refused', detail: tooLarge(largestBytes) };
    throw fault;
  }
}

export function tooLarge(largestBytes: number): string {
  return `the file is larger than ${largestBytes} bytes`;
}

async function* atMost(bytes: AsyncIterable<Uint8Array>, largest: number): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const chunk of bytes) {
    received += chunk.length;
    if (received > largest) throw new TooLarge();
    yield chunk;
  }
}

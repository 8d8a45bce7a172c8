import type { Payload } from '@temporalio/common';
import { z } from 'zod';

const bytes = z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64'));
const payloadSchema = z.object({ metadata: z.record(z.string(), bytes).default({}), data: bytes.optional() });

/** The body of both routes: `Payloads` in protobuf's JSON, where bytes are base64. */
export const payloadsSchema = z.object({ payloads: z.array(payloadSchema).max(10_000).default([]) });

/** Payloads as protobuf's JSON writes them. */
export function payloadsJson(payloads: readonly Payload[]): object {
  return {
    payloads: payloads.map(({ metadata, data }) => ({
      metadata: Object.fromEntries(
        Object.entries(metadata ?? {}).map(([name, value]) => [name, base64(value)]),
      ),
      ...(data ? { data: base64(data) } : {}),
    })),
  };
}

function base64(value: Uint8Array): string {
  return Buffer.from(value).toString('base64');
}

import { tsToMs } from '@temporalio/common/lib/time';
import type { google } from '@temporalio/proto';

/** A time of the server's as ISO 8601, UTC. */
export function isoOf(time: google.protobuf.ITimestamp | null | undefined): string {
  return new Date(tsToMs(time)).toISOString();
}

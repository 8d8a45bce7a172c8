import type { OperationsEvent } from '../domain/notice/operations-events';
import { deliverSigned, type NoticeDelivery, type NoticeVerdict } from './signed-delivery';

/** The webhook that operations configure for themselves. */
export interface OperationsWebhook {
  url: string;
  /** `whsec_…`, as for a channel's webhook. */
  secret: string;
}

/**
 * Tells operations of an event once, signed as a channel's notice is. They name the address themselves, and it is often
 * one of their own network, so private addresses are fine.
 * @throws the signal's reason when it is aborted, nothing else
 */
export function tellOperations(
  { url, secret }: OperationsWebhook,
  { id, type, occurredAt, data }: OperationsEvent,
  delivery: Omit<NoticeDelivery, 'allowPrivateAddresses'>,
): Promise<NoticeVerdict> {
  const body = JSON.stringify({ type, timestamp: occurredAt, data });
  return deliverSigned({ url, secrets: [secret], id, body }, { ...delivery, allowPrivateAddresses: true });
}

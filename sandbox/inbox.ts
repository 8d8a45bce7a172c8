import express, { type Router } from 'express';
import { Webhook } from 'standardwebhooks';
import { parsedJson } from '../runtime/json-file';
import type { Faults } from './faults';
import type { SandboxGateway } from './gateway';
import type { Ledger } from './ledger';

/** The webhook secrets of the demo channels, by name; read for each notice, since they may be made later. */
export type InboxSecrets = () => Readonly<Record<string, string>>;

/** The demo channels' webhook, so that the whole loop of a refund is visible in one place. */
export function inboxRoutes(
  ledger: Ledger,
  faults: Faults,
  gateway: Pick<SandboxGateway, 'faultOfNotice'>,
  secrets: InboxSecrets,
): Router {
  const router = express.Router();
  router.post('/inbox/:channel', express.text({ type: () => true, limit: '64kb' }), (request, response) => {
    const { channel } = request.params;
    const body: string = typeof request.body === 'string' ? request.body : '';
    const purchaseId = purchaseIdOf(body);
    const fault =
      faults.take({ call: 'inbox', transactionId: purchaseId, msisdn: '' }) ??
      gateway.faultOfNotice(purchaseId);
    if (fault) {
      faults.countInjected(fault);
      if (fault.kind === 'silence') return;
      if (fault.kind === 'status' || fault.kind === 'maintenance')
        return void response.status(fault.status).end();
      return void request.socket.destroy();
    }
    const verified = isSigned(body, request.headers, secrets()[channel]);
    const noticeId = request.header('webhook-id') ?? '';
    ledger.append({ kind: 'notice_received', channel, noticeId, purchaseId, verified, body });
    response.status(verified ? 204 : 401).end();
  });
  return router;
}

function isSigned(
  body: string,
  headers: Record<string, string | string[] | undefined>,
  secret?: string,
): boolean {
  if (secret === undefined) return false;
  const flat = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  try {
    new Webhook(secret).verify(body, flat);
    return true;
  } catch {
    return false;
  }
}

function purchaseIdOf(body: string): string {
  const notice = parsedJson(body) as { data?: { purchaseId?: unknown } } | null | undefined; // looked at field by field
  const purchaseId = notice?.data?.purchaseId;
  return typeof purchaseId === 'string' ? purchaseId : '';
}

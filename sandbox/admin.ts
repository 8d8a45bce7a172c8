import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Response, type Router } from 'express';
import { z } from 'zod';
import { GATEWAY_CALLS } from '../mobifone/contract';
import { faultRuleSchema, type Faults } from './faults';
import type { SandboxGateway } from './gateway';
import type { EntryOf, Ledger } from './ledger';
import type { LedgerEntry } from './ledger-entries';
import { overviewPage } from './overview-page';
import { profileInputSchema, promisesOf } from './profile';

const subscriberSchema = z.strictObject({
  refuse: z.partialRecord(z.enum(GATEWAY_CALLS), z.string().min(1).max(16)),
});
const ledgerQuerySchema = z.strictObject({
  purchaseId: z.string().optional(),
  kind: z.string().optional(),
  limit: z.coerce.number().int().positive().max(10_000).default(1000),
});

/** The sandbox's own routes for developers and tests, besides the gateway's. */
export function adminRoutes(ledger: Ledger, faults: Faults, gateway: SandboxGateway): Router {
  const router = express.Router();

  router.get('/healthz', (_, response) => void response.json({ status: 'ok' }));
  router.get('/', ({ query }, response) => {
    const [messages, notices] = [ledger.latestOf('sms_sent'), ledger.latestOf('notice_received')];
    response.type('html').send(overviewPage(gateway.profile, messages, notices, 'refresh' in query));
  });
  router.get('/sandbox/ledger', async (request, response) => {
    const query = read(ledgerQuerySchema, request.query, response);
    if (!query) return;
    const batches =
      query.purchaseId === undefined ? ledger.walk() : [[...ledger.entriesOf(query.purchaseId)]];
    let last: LedgerEntry[] = [];
    for await (const batch of batches) {
      const wanted = batch.filter((entry) => query.kind === undefined || entry.kind === query.kind);
      last = [...last, ...wanted].slice(-query.limit);
    }
    response.json({ entries: last });
  });
  router.get('/sandbox/purchases/:purchaseId', (request, response) => {
    response.json(ledger.position(request.params.purchaseId));
  });
  router.get('/sandbox/outbox', (_, response) => sendList(response, 'messages', ofKind(ledger, 'sms_sent')));
  router.get('/sandbox/inbox', (_, response) =>
    sendList(response, 'notices', ofKind(ledger, 'notice_received')),
  );
  router.get('/sandbox/registrations', (_, response) =>
    sendList(response, 'registrations', withStanding(ledger, 'registered')),
  );
  router.get('/sandbox/charges', (_, response) =>
    sendList(response, 'charges', withStanding(ledger, 'charged')),
  );
  router.put('/sandbox/subscribers/:msisdn', (request, response) => {
    const subscriber = read(subscriberSchema, request.body, response);
    if (!subscriber) return;
    gateway.refusals.set(request.params.msisdn, subscriber.refuse);
    response.json(subscriber);
  });
  router.get('/sandbox/profile', (_, response) => {
    response.json({ profile: gateway.profile, promises: promisesOf(gateway.profile) });
  });
  router.put('/sandbox/profile', (request, response) => {
    const profile = read(profileInputSchema, request.body, response);
    if (!profile) return;
    gateway.profile = profile;
    response.json({ profile, promises: promisesOf(profile) });
  });
  router.get('/sandbox/faults', (_, response) => {
    response.json({ faults: faults.list(), injected: faults.injected });
  });
  router.post('/sandbox/faults', (request, response) => {
    const rule = read(faultRuleSchema, request.body, response);
    if (rule) response.status(201).json({ id: faults.add(rule), ...rule });
  });
  router.delete('/sandbox/faults', (_, response) => {
    faults.clear();
    gateway.liftFaultsOfNumbers();
    response.status(204).end();
  });
  return router;
}

async function* ofKind<K extends LedgerEntry['kind']>(ledger: Ledger, kind: K): AsyncGenerator<EntryOf<K>> {
  for await (const batch of ledger.walk()) {
    yield* batch.filter((entry): entry is EntryOf<K> => entry.kind === kind);
  }
}

/** Each entry with whether its effect still stands. */
async function* withStanding(ledger: Ledger, kind: 'registered' | 'charged'): AsyncGenerator<object> {
  for await (const entry of ofKind(ledger, kind)) {
    const undone = ledger
      .entriesOf(entry.purchaseId)
      .some(
        (other) =>
          (other.kind === 'registration_undone' || other.kind === 'charge_reversed') &&
          other.transactionId === entry.transactionId,
      );
    yield { ...entry, standing: !undone };
  }
}

/** Parses the input, or answers 400 with every fault, by field. */
export function read<S extends z.ZodType>(
  schema: S,
  input: unknown,
  response: Response,
): z.output<S> | undefined {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const faults = result.error.issues.map((issue) => ({ field: issue.path.join('.'), fault: issue.message }));
  response.status(400).json({ error: 'The request cannot be used; each fault names its field.', faults });
  return undefined;
}

/** Answers with a JSON object of one list, streamed, so that a long list needs no memory. */
async function sendList(response: Response, name: string, items: AsyncIterable<object>): Promise<void> {
  response.type('json');
  try {
    await pipeline(Readable.from(textOf(name, items)), response);
  } catch (fault) {
    if (!response.destroyed) throw fault; // else the client closed the connection
  }
}

async function* textOf(name: string, items: AsyncIterable<object>): AsyncGenerator<string> {
  yield `{${JSON.stringify(name)}:[`;
  let separator = '';
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',';
  }
  yield ']}';
}

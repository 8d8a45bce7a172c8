import type { Client } from '@temporalio/client';
import express from 'express';
import { pino } from 'pino';
import supertest from 'supertest';
import type { Cases } from '../../client/cases';
import { batchRoutes } from '../../desk/batch/batch-routes';
import type { BatchRuns } from '../../desk/batch/batch-runs';
import { caseRoutes } from '../../desk/cases/case-routes';
import type { DeskParts } from '../../desk/parts';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import type { CaseRequest } from '../../domain/case/protocol';
import { PurchaseWords } from '../../operators/purchase-words';
import { casesOf, ORDER } from './states-of-pages';

const visit: SignedIn = {
  language: 'en',
  words: WORDS.en,
  say: new PurchaseWords('en'),
  session: { id: '1', csrf: 'token', person: { name: 'lan@agent.example', role: 'act' } },
};
const CASE = casesOf().find(({ state }) => state === 'open');
const MASKED = 'case MF-0912345678';
const KEPT = 'case MF-09123x45678';
const ADVICE = 'Put a letter between the digits of a case number, such as 09123x45678';

/** The routes of cases and batches, behind a sign-in that is over. */
function deskOf(decide: (request: CaseRequest) => Promise<unknown>, started: unknown[] = []) {
  const cases = { find: async () => CASE, decide: (_: unknown, request: CaseRequest) => decide(request) };
  const plan = {
    id: 'batch-3f9a2c51d0',
    act: 'retry',
    query: '',
    madeAt: ORDER.acceptedAt,
    items: [{ ...ORDER, state: 'charging', obstacle: null }],
  };
  const batches = {
    find: () => ({ plan, results: [], isRunning: false }),
    start: (_: unknown, attribution: unknown) => void started.push(attribution),
  };
  const parts = {
    cases: cases as unknown as Cases, // what the routes ask of them
    batches: batches as unknown as BatchRuns, // likewise
    watch: { waiting: 0, nextAfter: () => undefined },
    pausable: () => ({ channels: [], packages: [] }),
    client: { withDeadline: <T>(__: unknown, call: () => Promise<T>) => call() } as Client,
    logger: pino({ level: 'silent' }),
  } as unknown as DeskParts; // all that these routes use
  const app = express();
  app.use(express.urlencoded(), (_request, response, next) => {
    response.locals['visit'] = visit;
    next();
  });
  app.use(caseRoutes(parts), batchRoutes(parts));
  return {
    post: (path: string, fields: Record<string, string>) =>
      supertest(app)
        .post(path)
        .type('form')
        .send({ csrf: 'token', ...fields }),
  };
}

const applied = () => Promise.resolve({ kind: 'applied' });

describe('a ticket that would not be kept as it was written', () => {
  it('closes no case: the person learns how to write it', async () => {
    const sent: CaseRequest[] = [];
    const desk = deskOf((request) => (sent.push(request), applied()));
    const close = (how: string) =>
      desk.post(`/cases/${CASE?.card.id}`, { decision: 'close', why: 'by hand', how, confirmed: 'yes' });
    const refused = await close(MASKED);
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(ADVICE)]);
    expect((await close(KEPT)).status).toBe(303);
    expect(sent).toMatchObject([{ how: KEPT }]);
  });

  it('begins no batch, and nothing that was entered is lost', async () => {
    const started: unknown[] = [];
    const desk = deskOf(applied, started);
    const begin = (ticket: string) =>
      desk.post('/batch/batch-3f9a2c51d0', { why: 'MobiFone is back', ticket });
    const refused = await begin(MASKED);
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining(ADVICE)]);
    expect(refused.text).toMatch(/value="MobiFone is back".*value="case MF-0912345678"/s);
    expect((await begin(KEPT)).status).toBe(303);
    expect(started).toMatchObject([{ ticket: KEPT, why: 'MobiFone is back' }]);
  });
});

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import type { ChannelStatements } from '../../client/channel-statements';
import type { ChannelName } from '../../domain/identifiers';
import { startOfDay } from '../../domain/local-time';
import { channelOf, requireAccess } from '../http/known-channel';
import { leaveConcurrency } from '../http/limits';
import { onlyMethods } from '../http/methods';
import { preferredLanguage, Problem } from '../http/problems';
import { inSlices } from '../http/slices';
import { readBody } from '../http/read-body';
import type { ApiResource, ApiServices } from '../resource';
import { statementParts } from './account';
import { statementCsv } from './csv';
import { statementJson } from './json';
import { CSV, document, JSON_TYPE, XLSX } from './openapi';
import { periodSchema, type StatementPeriod } from './period';
import { statementWorkbook } from './workbook';

type StatementServices = Pick<ApiServices, 'statements' | 'authenticated' | 'now' | 'waiting'>;

const EXTENSIONS = { [JSON_TYPE]: 'json', [CSV]: 'csv', [XLSX]: 'xlsx' } as const;
type Form = keyof typeof EXTENSIONS;
const FORMS = Object.keys(EXTENSIONS) as Form[]; // the literal's keys
const parameters = z.strictObject({ period: periodSchema });

/** Of the response, which logging, metrics, limits and the pipeline all watch: more than Node takes for no leak. */
const MAX_LISTENERS = 20;

function routes({ statements, authenticated, now, waiting }: StatementServices): Router {
  const router = Router({ caseSensitive: true });
  const turns = new Turns();
  router
    .route('/v1/statements/:period')
    .get(authenticated, async (request: Request, response: Response) => {
      const { period } = readBody(parameters, request.params);
      const at = now();
      await requireKept(statements, period, at);
      const channel = channelOf(response).name;
      const form = FORMS.find((each) => each === request.accepts(FORMS)) ?? JSON_TYPE;
      const access = waiting.openStream(response);
      leaveConcurrency(response);
      response.vary('Accept').vary('Accept-Language').setMaxListeners(MAX_LISTENERS);
      const asFile = () => response.attachment(`statement-${channel}-${period.name}.${EXTENSIONS[form]}`);
      if (request.method === 'HEAD') return void asFile().end();
      const head = { channel, period: period.name, from: period.from, to: period.to, asOf: at.toISOString() };
      const read = async () => {
        if (response.closed) return;
        requireAccess(response);
        const parts = whileAccess(response, statementParts(statements, channel, period, at));
        if (form === XLSX) {
          const workbook = await statementWorkbook(head, parts, preferredLanguage(request));
          return void asFile().send(await inSlices(response, workbook));
        }
        const text = form === CSV ? statementCsv(period, parts) : statementJson(head, parts);
        await pipeline(Readable.from(text), asFile(), { signal: access });
      };
      await waiting.during(response, Infinity, turns.take(channel, read)).catch(unlessGone(response));
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

/** `/v1/statements/{period}`: what a channel sold and owes, by day and month. */
export const statements: ApiResource = {
  routes,
  document,
  tag: { name: 'Statements', description: 'What you sold, refund and owe, by day and month.' },
};

/** @throws Problem `statement_not_available` where the period has not begun, or its purchases may be past retention */
async function requireKept(
  statements: Pick<ChannelStatements, 'retentionMs'>,
  { from, balanceFrom }: StatementPeriod,
  at: Date,
): Promise<void> {
  const keptSince = at.getTime() - ((await statements.retentionMs()) ?? Infinity);
  const hasBegun = startOfDay(from).getTime() <= at.getTime();
  if (!hasBegun || startOfDay(balanceFrom).getTime() < keptSince)
    throw new Problem('statement_not_available');
}

/** The parts while the access lasts, whatever is made of them. @throws Problem when it ends */
async function* whileAccess<T>(response: Response, parts: AsyncIterable<T>): AsyncGenerator<T> {
  for await (const part of parts) {
    requireAccess(response);
    yield part;
  }
}

/** A reader that went away is no fault of ours, and nobody is left to be told. */
function unlessGone(response: Response) {
  return (fault: unknown): void => {
    if (!response.closed || response.writableFinished) throw fault;
  };
}

/** A channel's statements are read one after another, however many are asked for, since each reads a month. */
class Turns {
  private readonly last = new Map<ChannelName, Promise<void>>();

  take(channel: ChannelName, work: () => Promise<void>): Promise<void> {
    const before = this.last.get(channel) ?? Promise.resolve();
    const mine = before
      .catch(() => undefined) // told to whoever asked for it
      .then(work)
      .finally(() => {
        if (this.last.get(channel) === mine) this.last.delete(channel);
      });
    this.last.set(channel, mine);
    return mine;
  }
}

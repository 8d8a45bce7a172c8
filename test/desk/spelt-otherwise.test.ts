import express from 'express';
import { pino } from 'pino';
import supertest from 'supertest';
import type { Blocks } from '../../client/blocks';
import type { Control } from '../../client/control';
import { dayRoutes } from '../../desk/day/day-routes';
import { numberRoutes } from '../../desk/numbers/number-routes';
import type { DeskParts } from '../../desk/parts';
import type { SignedIn } from '../../desk/visit';
import { WORDS } from '../../desk/words/words';
import { maskMsisdn, msisdn } from '../../domain/msisdn';
import { PurchaseWords } from '../../operators/purchase-words';

const visit: SignedIn = {
  language: 'en',
  words: WORDS.en,
  say: new PurchaseWords('en'),
  session: { id: '1', csrf: 'token', person: { name: 'lan@agent.example', role: 'act' } },
};

const NUMBER = msisdn('84901234567');

/** What is done by a form that is sent to a path. */
async function doneBy(path: string): Promise<string[]> {
  const done: string[] = [];
  const does = (act: string) => () => {
    done.push(act);
    return Promise.reject(new Error('the page after it is another story'));
  };
  const parts = {
    control: { pause: does('pause'), resume: does('resume') } as unknown as Control, // what the routes ask of them
    blocks: {
      block: does('block'),
      unblock: does('unblock'),
      read: async () => ({ blocks: [{ msisdn: NUMBER, since: 'now' }] }),
    } as unknown as Blocks, // likewise
    logger: pino({ level: 'silent' }),
  } as unknown as DeskParts; // all that these routes use
  const app = express();
  app.use(express.urlencoded(), (_request, response, next) => {
    response.locals['visit'] = visit;
    next();
  });
  app.use(dayRoutes(parts), numberRoutes(parts));
  const ofNumber = { number: NUMBER, since: 'now', masked: maskMsisdn(NUMBER) };
  const fields = { csrf: 'token', scope: 'all', why: 'by hand', ...ofNumber };
  await supertest(app).post(path).type('form').send(fields);
  return done;
}

describe('a form that is sent to its path', () => {
  it.each([
    ['/pauses', 'pause'],
    ['/pauses/', 'pause'],
    ['/pauses/end', 'resume'],
    ['/pauses/end/', 'resume'],
    ['/numbers/block', 'block'],
    ['/numbers/block/', 'block'],
    ['/numbers/unblock', 'unblock'],
    ['/numbers/unblock/', 'unblock'],
  ])('does what the path says: %s', async (path, act) => {
    expect(await doneBy(path)).toEqual([act]);
  });

  it.each([
    '/Pauses',
    '/PAUSES/',
    '/pauses//',
    '/pauses/End',
    '/%70auses/END',
    '/numbers/Block',
    '/Numbers/block',
  ])('does nothing where it is spelt otherwise, and never another act: %s', async (path) => {
    expect(await doneBy(path)).toEqual([]);
  });
});

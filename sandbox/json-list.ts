import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';

/** Answers with a JSON object of one list, written as its items come, so that a long one needs no memory. */
export async function sendList(
  response: Response,
  name: string,
  items: AsyncIterable<object>,
): Promise<void> {
  response.type('json');
  try {
    await pipeline(Readable.from(textOf(name, items)), response);
  } catch (fault) {
    if (!response.destroyed) throw fault; // else the caller has gone away
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

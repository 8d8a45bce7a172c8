import type { RequestHandler } from 'express';
import type { Sessions } from '../access/sessions';
import { signedIn } from '../visit';
import { troubleOf } from '../trouble';
import { waitingFor, type QueueWatch } from './queue-watch';

/** How often the stream says that it lives, so that a page notices silence (`SILENT_MS` in desk.js); and sessions are looked at. */
const BEAT_MS = 4_000;
/** More streams at once are not people. */
const MOST_STREAMS = 200;

/** The queue's count and what is out of order, as server-sent events, until the session ends. */
export function liveUpdates(watch: QueueWatch, sessions: Sessions): RequestHandler {
  let streams = 0;
  return (_request, response) => {
    if (streams >= MOST_STREAMS) return void response.status(503).set('Retry-After', '10').end();
    streams += 1;
    const { words, session } = signedIn(response);
    response.status(200).set({
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-store, no-transform',
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    const send = (event: string, data: unknown) =>
      response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    const unsubscribe = watch.subscribe((now) => {
      send('trouble', troubleOf(words, now));
      if ('queue' in now) send('queue', { count: waitingFor(now.queue), digest: now.digest });
    });
    const beat = setInterval(() => {
      send('alive', {});
      sessions.sweep();
    }, BEAT_MS).unref();
    const forget = sessions.onEnd(session.id, () => {
      send('end', {});
      response.end();
    });
    response.on('close', () => {
      streams -= 1;
      clearInterval(beat);
      unsubscribe();
      forget();
    });
  };
}

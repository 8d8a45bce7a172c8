import { language } from './words.js';

/** How long a person waits for an answer before being told, ms. */
const PATIENCE_MS = 12_000;
/** A stream that says nothing for so long is lost, though no one closed it: the shop says every two seconds that it lives. */
const SILENT_MS = 7_000;

/** The shop's server refused the request; `problem` is its response. */
export class Refused extends Error {
  constructor(problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** @throws Refused, or fetch's own error without a response in time */
export async function ask(path, body) {
  const response = await fetch(`/api${path}`, {
    method: body ? 'POST' : 'GET',
    headers: { 'Accept-Language': language(), ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { body: JSON.stringify(body) } : {}),
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const answer = await response.json();
  if (!response.ok) throw new Refused(answer);
  return answer;
}

/** Whether the shop itself has said no: nothing was ordered, and nothing will be. */
export const isRefusal = (fault) => fault instanceof Refused && fault.problem.code !== 'no_answer';

/**
 * Follows an order to its end. The browser resumes a broken stream itself; after an error response, or silence, a new one is
 * opened.
 * @returns stops following
 */
export function follow(orderId, { onView, onUnknown, onConnection }) {
  let stream;
  let again;
  let silence;
  let lost = false;
  const connection = (now) => {
    if (now === 'lost' || lost) onConnection(now);
    lost = now === 'lost';
  };
  const heard = () => {
    clearTimeout(silence);
    silence = setTimeout(() => {
      connection('lost');
      stream.close();
      begin();
    }, SILENT_MS);
  };
  const stop = () => {
    clearTimeout(again);
    clearTimeout(silence);
    stream.close();
  };
  const begin = () => {
    stream = new EventSource(`/api/orders/${encodeURIComponent(orderId)}/events`);
    heard();
    stream.addEventListener('open', () => connection('resumed'));
    stream.addEventListener('view', ({ data }) => onView(JSON.parse(data)));
    stream.addEventListener('connection', ({ data }) => connection(data)); // between the shop and the gateway
    stream.addEventListener('unknown', onUnknown);
    for (const event of ['open', 'alive', 'view', 'connection']) stream.addEventListener(event, heard);
    stream.addEventListener('end', stop);
    stream.addEventListener('error', () => {
      connection('lost');
      if (stream.readyState !== EventSource.CLOSED) return;
      clearTimeout(silence);
      again = setTimeout(begin, 2000);
    });
  };
  begin();
  return stop;
}

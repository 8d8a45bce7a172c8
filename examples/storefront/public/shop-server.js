import { language } from './words.js';

/** How long a person waits for an answer before being told, ms. */
const PATIENCE_MS = 12_000;

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
 * Follows an order to its end. The browser resumes a broken stream itself; after an error response a new stream is opened.
 * @returns stops following
 */
export function follow(orderId, { onView, onUnknown, onConnection }) {
  let stream;
  let again;
  let lost = false;
  const connection = (now) => {
    if (now === 'lost' || lost) onConnection(now);
    lost = now === 'lost';
  };
  const begin = () => {
    stream = new EventSource(`/api/orders/${encodeURIComponent(orderId)}/events`);
    stream.addEventListener('open', () => connection('resumed'));
    stream.addEventListener('view', ({ data }) => onView(JSON.parse(data)));
    stream.addEventListener('connection', ({ data }) => connection(data)); // between the shop and the gateway
    stream.addEventListener('unknown', onUnknown);
    stream.addEventListener('end', () => stream.close());
    stream.addEventListener('error', () => {
      connection('lost');
      if (stream.readyState === EventSource.CLOSED) again = setTimeout(begin, 2000);
    });
  };
  begin();
  return () => {
    clearTimeout(again);
    stream.close();
  };
}

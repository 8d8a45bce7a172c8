import type { ClientRequest } from 'node:http';

/** One for each hint that a server may give before its answer, and some. */
const MAX_INTERIM_ANSWERS = 10;

/** Ends a request whose server sends interim answers (1xx) without end, which Node reads as fast as they come. */
export function limitInterimAnswers(request: ClientRequest): void {
  let received = 0;
  request.on('information', () => {
    received += 1;
    if (received <= MAX_INTERIM_ANSWERS) return;
    const fault = new Error(`more than ${MAX_INTERIM_ANSWERS} interim answers (1xx)`);
    request.destroy(Object.assign(fault, { code: 'INTERIM_ANSWERS' }));
  });
}

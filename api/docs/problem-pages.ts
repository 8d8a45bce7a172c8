import { Router, type Response } from 'express';
import { isProblemCode, PROBLEM_CODES, problemType, type ProblemCode } from '../../domain/problem-codes';
import { onlyMethods } from '../http/methods';
import { Problem } from '../http/problems';

/** `/problems/<code>`: what a problem document's `type` leads to; a page for people, JSON for programs. */
export function problemPages(): Router {
  const router = Router({ caseSensitive: true });
  router
    .route('/')
    .get((_request, response) => {
      const codes = Object.keys(PROBLEM_CODES).filter(isProblemCode);
      response.format({
        json: () => void response.json({ problems: codes.map(explained) }),
        html: () => sendPage(response, 'Problems of the Datacode API', codes.map(linkedSection).join('\n')),
      });
    })
    .all(onlyMethods('GET', 'HEAD'));
  router
    .route('/:code')
    .get((request, response) => {
      const { code } = request.params;
      if (!isProblemCode(code)) throw new Problem('route_not_found');
      response.format({
        json: () => void response.json(explained(code)),
        html: () => sendPage(response, code, explanation(code)),
      });
    })
    .all(onlyMethods('GET', 'HEAD'));
  return router;
}

function explained(code: ProblemCode) {
  return { type: problemType(code), code, ...PROBLEM_CODES[code] };
}

function linkedSection(code: ProblemCode): string {
  return `<section id="${code}"><h2><a href="${problemType(code)}"><code>${code}</code></a></h2>\n${explanation(code)}</section>`;
}

/** The table's own texts; nothing of a request is shown, so nothing needs to be escaped but our own "<key>". */
function explanation(code: ProblemCode): string {
  const { status, retryable, title, whatToDo } = PROBLEM_CODES[code];
  return [
    `<p>HTTP ${status}, ${retryable ? 'you may send the same request again' : 'the same request will fail again'}.</p>`,
    `<p><strong>${escaped(title.en)}.</strong> ${escaped(whatToDo.en)}</p>`,
    `<p lang="vi"><strong>${escaped(title.vi)}.</strong> ${escaped(whatToDo.vi)}</p>`,
  ].join('\n');
}

function sendPage(response: Response, title: string, body: string): void {
  response.send(
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>${title}</title>` +
      `<meta name="viewport" content="width=device-width, initial-scale=1">` +
      `<link rel="stylesheet" href="/docs/reference.css"></head>\n<body>\n<main>\n<h1>${title}</h1>\n${body}\n` +
      `<p><a href="/problems">All problems</a> · <a href="/docs">Documentation</a></p>\n</main>\n</body></html>\n`,
  );
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

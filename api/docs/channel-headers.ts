import { RATE_LIMIT_HEADERS } from './responses';

interface Operation {
  parameters?: unknown[];
  responses?: Record<string, { headers?: object }>;
}

const ACCEPT_LANGUAGE = {
  in: 'header',
  name: 'Accept-Language',
  required: false,
  description: 'Language of problems: `vi` or English.',
  schema: { type: 'string' },
  example: 'vi, en;q=0.5',
};
const ORIGIN = [
  {
    in: 'header',
    name: 'X-Request-Id',
    required: false,
    description:
      'Your id of this request: up to 64 letters, digits, ".", "_" and "-"; returned with the response and every notice.',
    schema: { type: 'string' },
  },
  {
    in: 'header',
    name: 'traceparent',
    required: false,
    description: 'W3C Trace Context; returned with every notice.',
    schema: { type: 'string' },
  },
];
/** Documents the headers that every channel route reads and writes. */
export function addChannelHeaders(paths: Readonly<Record<string, object>>): void {
  for (const [path, routes] of Object.entries(paths)) {
    if (!path.startsWith('/v1/')) continue;
    for (const operation of Object.values(routes) as Operation[]) {
      operation.parameters = [...(operation.parameters ?? []), ACCEPT_LANGUAGE, ...ORIGIN];
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        if (status !== '429') continue; // every answer has them, as the introduction says; described once
        response.headers = { ...response.headers, ...RATE_LIMIT_HEADERS };
      }
    }
  }
}

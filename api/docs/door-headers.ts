import { SIGNATURE_HEADER, SIGNING_WINDOW_SECONDS, TIMESTAMP_HEADER } from '../../channel/request-signature';
import { RATE_LIMIT_HEADERS } from './responses';

interface Operation {
  parameters?: unknown[];
  responses?: Record<string, { headers?: object }>;
}

const ACCEPT_LANGUAGE = {
  in: 'header',
  name: 'Accept-Language',
  required: false,
  description: 'The language of problems: `vi`, else English.',
  schema: { type: 'string' },
  example: 'vi, en;q=0.5',
};
const ORIGIN = [
  {
    in: 'header',
    name: 'X-Request-Id',
    required: false,
    description:
      'Your id of this request, up to 64 letters, digits, ".", "_" and "-"; comes back with the answer and with every notice. Ours unless given.',
    schema: { type: 'string' },
  },
  {
    in: 'header',
    name: 'traceparent',
    required: false,
    description: 'Your place in a trace (W3C Trace Context); comes back with every notice.',
    schema: { type: 'string' },
  },
];
const SIGNING = [
  {
    in: 'header',
    name: TIMESTAMP_HEADER,
    required: false,
    description: `For channels that sign: the moment of signing, Unix seconds, within ${SIGNING_WINDOW_SECONDS} of ours.`,
    schema: { type: 'string' },
  },
  {
    in: 'header',
    name: SIGNATURE_HEADER,
    required: false,
    description:
      'For channels that sign: `v1=` and the hexadecimal HMAC-SHA256 of method, path with query, timestamp and the hexadecimal SHA-256 of the body, one a line.',
    schema: { type: 'string' },
  },
];

/** Documents, once for all routes of channels, what the door before them reads and writes. */
export function addDoorHeaders(paths: Readonly<Record<string, object>>): void {
  for (const [path, routes] of Object.entries(paths)) {
    if (!path.startsWith('/v1/')) continue;
    for (const operation of Object.values(routes) as Operation[]) {
      operation.parameters = [...(operation.parameters ?? []), ACCEPT_LANGUAGE, ...ORIGIN, ...SIGNING];
      for (const response of Object.values(operation.responses ?? {})) {
        response.headers = { ...response.headers, ...RATE_LIMIT_HEADERS };
      }
    }
  }
}

import {
  CONTENT_DIGEST_HEADER,
  MESSAGE_SIGNATURE_HEADER,
  SIGNATURE_INPUT_HEADER,
} from '../../channel/message-signature';
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
  description: 'Language of problem documents: `vi` or English.',
  schema: { type: 'string' },
  example: 'vi, en;q=0.5',
};
const ORIGIN = [
  {
    in: 'header',
    name: 'X-Request-Id',
    required: false,
    description:
      'Your id of this request: up to 64 letters, digits, ".", "_" and "-". It is returned with the response and with every notice. We generate one if it is missing.',
    schema: { type: 'string' },
  },
  {
    in: 'header',
    name: 'traceparent',
    required: false,
    description: 'Trace context (W3C Trace Context); returned with every notice.',
    schema: { type: 'string' },
  },
];
const SIGNING = [
  {
    in: 'header',
    name: TIMESTAMP_HEADER,
    required: false,
    description: `For channels that sign requests: time of signing in Unix seconds, within ${SIGNING_WINDOW_SECONDS} seconds of our clock.`,
    schema: { type: 'string' },
  },
  {
    in: 'header',
    name: SIGNATURE_HEADER,
    required: false,
    description:
      'For channels that sign requests: `v1=` and the hexadecimal HMAC-SHA256 of method, path with query, timestamp and the hexadecimal SHA-256 of the body, one per line.',
    schema: { type: 'string' },
  },
  ...[
    [SIGNATURE_INPUT_HEADER, 'what the signature covers, and `created`'],
    [MESSAGE_SIGNATURE_HEADER, 'the hmac-sha256'],
    [CONTENT_DIGEST_HEADER, 'the sha-256 or sha-512 of the body (RFC 9530)'],
  ].map(([name, what]) => ({
    in: 'header',
    name,
    required: false,
    description: `For channels that sign requests by RFC 9421 instead: ${what}.`,
    schema: { type: 'string' },
  })),
];

/** Documents the headers that every channel route reads and writes. */
export function addChannelHeaders(paths: Readonly<Record<string, object>>): void {
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

import type { RequestHandler } from 'express';
import {
  CONTENT_DIGEST_HEADER,
  MESSAGE_SIGNATURE_HEADER,
  SIGNATURE_INPUT_HEADER,
} from '../../channel/message-signature';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER } from '../../channel/request-signature';
import { Problem } from './problems';

/** Headers with one meaning: Node would take the first of two, or join them, and a proxy before us the other. */
const ONCE = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'Last-Event-ID',
  TIMESTAMP_HEADER,
  SIGNATURE_HEADER,
  MESSAGE_SIGNATURE_HEADER,
  SIGNATURE_INPUT_HEADER,
  CONTENT_DIGEST_HEADER,
] as const;

/** Refuses a request that says twice what can only be said once. */
export const singleHeaders: RequestHandler = ({ headersDistinct }, _response, next) => {
  const repeated = ONCE.find((name) => (headersDistinct[name.toLowerCase()]?.length ?? 0) > 1);
  if (repeated === undefined) return next();
  throw new Problem('malformed_request', {
    en: `The header "${repeated}" was sent more than once. Send it once. Nothing was sold.`,
    vi: `Header "${repeated}" bị gửi nhiều lần. Chỉ gửi một lần. Chưa có giao dịch nào được thực hiện.`,
  });
};

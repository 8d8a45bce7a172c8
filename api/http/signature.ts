import type { Request, RequestHandler } from 'express';
import {
  isSignedBy,
  SIGNATURE_HEADER,
  SIGNING_WINDOW_SECONDS,
  TIMESTAMP_HEADER,
} from '../../channel/request-signature';
import { bytesOfBody } from './json-body';
import { channelOf } from './known-channel';
import { Problem } from './problems';

/** Holds a channel that signs its requests to it, behind `authenticate`; others pass. */
export function checkSignature(now: () => Date): RequestHandler {
  return async (request, response, next) => {
    const { requestSigning } = channelOf(response);
    if (!requestSigning) return next();
    const claim = claimOf(request);
    if (!claim && !requestSigning.required) return next();
    if (!claim) throw signatureProblem('signature_missing');
    if (Math.abs(now().getTime() / 1000 - claim.timestamp) > SIGNING_WINDOW_SECONDS) {
      throw signatureProblem('timestamp_out_of_window');
    }
    const signed = {
      method: request.method,
      path: request.originalUrl,
      timestamp: claim.timestamp,
      body: await bytesOfBody(request, response),
    };
    if (!isSignedBy(requestSigning.secret, signed, claim.signature)) {
      throw signatureProblem('signature_invalid');
    }
    next();
  };
}

/** What a request says of its signing; nothing when it says nothing, a mistake when it says half of it. */
function claimOf(request: Request): { timestamp: number; signature: string } | undefined {
  const timestamp = request.get(TIMESTAMP_HEADER);
  const signature = request.get(SIGNATURE_HEADER);
  if (timestamp === undefined && signature === undefined) return undefined;
  if (timestamp === undefined || signature === undefined) throw signatureProblem('signature_missing');
  if (!/^\d{1,12}$/.test(timestamp)) throw signatureProblem('timestamp_out_of_window');
  return { timestamp: Number(timestamp), signature };
}

function signatureProblem(
  code: 'signature_missing' | 'signature_invalid' | 'timestamp_out_of_window',
): Problem {
  return new Problem(code, undefined, {}, { 'WWW-Authenticate': 'Bearer realm="datacode"' });
}

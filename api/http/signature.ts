import type { Request, RequestHandler, Response } from 'express';
import {
  CONTENT_DIGEST_HEADER,
  isDigestOf,
  isMessageSignedBy,
  MESSAGE_SIGNATURE_HEADER,
  parseMessageSignature,
  SIGNATURE_INPUT_HEADER,
  uncovered,
  type MessageSignature,
  type SignedMessage,
} from '../../channel/message-signature';
import {
  isSignedBy,
  SIGNATURE_HEADER,
  SIGNING_WINDOW_SECONDS,
  TIMESTAMP_HEADER,
} from '../../channel/request-signature';
import type { BilingualText } from '../../domain/bilingual';
import { bytesOfBody } from './json-body';
import { channelOf } from './known-channel';
import { Problem } from './problems';

/** Holds a channel that signs its requests to it, behind `authenticate`; others pass. */
export function checkSignature(now: () => Date): RequestHandler {
  return async (request, response, next) => {
    const { requestSigning } = channelOf(response);
    if (!requestSigning) return next();
    const { secret, required } = requestSigning;
    const claim = claimOf(request);
    const message = claim ? undefined : messageSignatureOf(request);
    if (message) {
      requireMessageSignature(secret, message, await messageOf(request, response), now());
      return next();
    }
    if (!claim && !required) return next();
    if (!claim) throw signatureProblem('signature_missing');
    requireRecent(claim.timestamp, now());
    const signed = {
      method: request.method,
      path: request.originalUrl,
      timestamp: claim.timestamp,
      body: await bytesOfBody(request, response),
    };
    if (!isSignedBy(secret, signed, claim.signature)) {
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

/** The signature by RFC 9421; nothing where there is none, a mistake where there is half of one. */
function messageSignatureOf(request: Request): MessageSignature | undefined {
  const input = request.get(SIGNATURE_INPUT_HEADER);
  const signature = request.get(MESSAGE_SIGNATURE_HEADER);
  if (input === undefined && signature === undefined) return undefined;
  if (input === undefined || signature === undefined) throw signatureProblem('signature_missing');
  const parsed = parseMessageSignature(input, signature);
  if (!parsed) throw signatureProblem('signature_invalid', NOT_UNDERSTOOD);
  return parsed;
}

async function messageOf(request: Request, response: Response): Promise<SignedMessage> {
  return {
    method: request.method,
    target: request.originalUrl,
    header: (name) => request.headersDistinct[name] ?? [],
    body: await bytesOfBody(request, response),
  };
}

/** @throws Problem where the signature is old, covers too little, or is not that of the request */
function requireMessageSignature(
  secret: string,
  claimed: MessageSignature,
  message: SignedMessage,
  now: Date,
): void {
  requireRecent(claimed.created ?? 0, now);
  if (claimed.expires !== undefined && claimed.expires < now.getTime() / 1000)
    throw signatureProblem('timestamp_out_of_window');
  const open = uncovered(claimed, message);
  if (open !== undefined) throw signatureProblem('signature_invalid', notCovered(open));
  if (!isMessageSignedBy(secret, claimed, message)) throw signatureProblem('signature_invalid');
  const digests = message.header(CONTENT_DIGEST_HEADER.toLowerCase());
  // a digest that is there tells of a body that somebody may have taken away
  const needsDigest = message.body.length > 0 || digests.length > 0;
  const isWhole = !needsDigest || digests.some((digest) => isDigestOf(digest, message.body));
  if (!isWhole) throw signatureProblem('signature_invalid', WRONG_DIGEST);
}

function requireRecent(seconds: number, now: Date): void {
  if (Math.abs(now.getTime() / 1000 - seconds) > SIGNING_WINDOW_SECONDS)
    throw signatureProblem('timestamp_out_of_window');
}

const NOT_UNDERSTOOD: BilingualText = {
  en: '"Signature-Input" or "Signature" has a form that is not accepted here: one label, components without parameters, and the label in both. Nothing was sold.',
  vi: '"Signature-Input" hoặc "Signature" không đúng dạng được chấp nhận: một nhãn, thành phần không có tham số, và nhãn có ở cả hai. Chưa có giao dịch nào được thực hiện.',
};
const WRONG_DIGEST: BilingualText = {
  en: '"Content-Digest" is not the sha-256 or sha-512 of the body\'s bytes. Nothing was sold.',
  vi: '"Content-Digest" không phải sha-256 hoặc sha-512 của nội dung. Chưa có giao dịch nào được thực hiện.',
};

function notCovered(component: string): BilingualText {
  return {
    en: `The signature must cover ${component}. Nothing was sold.`,
    vi: `Chữ ký phải bao gồm ${component}. Chưa có giao dịch nào được thực hiện.`,
  };
}

function signatureProblem(
  code: 'signature_missing' | 'signature_invalid' | 'timestamp_out_of_window',
  detail?: BilingualText,
): Problem {
  return new Problem(code, detail, {}, { 'WWW-Authenticate': 'Bearer realm="datacode"' });
}

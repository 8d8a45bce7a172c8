import { transactionId } from '../../../domain/identifiers';
import { tokenReplySchema } from '../../../mobifone/contract';
import type { Authentication, Credentials } from '../../../mobifone/dialect';
import type { WireReply } from '../../../mobifone/wire';
import { Evidence, type Probe, type ProbeContext } from '../probe';

type Bearer = Extract<Authentication, { kind: 'bearer' }>;

/** One wrong secret and one stale token: more might lock the account. */
export const TOKEN: Probe = {
  id: 'token',
  title: 'Tokens are given, refused and renewed as the client expects',
  cost: () => ({ other: 'one request with a wrong secret, and one with a wrong token' }),
  async run(context) {
    const { authentication } = context.line.dialect;
    const evidence = new Evidence();
    switch (authentication.kind) {
      case 'none':
        evidence.note('This dialect proves nobody’s identity: there is no token.');
        break;
      case 'signed':
        await wrongSignature(context, authentication, evidence);
        break;
      case 'bearer':
        await tokens(context, authentication, evidence);
    }
    return evidence;
  },
};

async function tokens(context: ProbeContext, bearer: Bearer, evidence: Evidence): Promise<void> {
  const { line, credentials } = context;
  const ask = (given: Credentials) => line.requestToken(bearer.requestToken(given));
  const token = readToken(bearer, await ask(credentials));
  if (!token) return evidence.against('No token was given.');
  const { expiresIn } = token;
  evidence.for(
    expiresIn === undefined
      ? 'A token was given. Its lifetime is not told: it is renewed every minute, and on a 401.'
      : `A token was given for ${expiresIn} s.`,
  );
  const refused = await ask({ ...credentials, clientSecret: `${credentials.clientSecret}-wrong` });
  const wasTaken = readToken(bearer, refused) !== undefined;
  if (wasTaken) evidence.against('A wrong client secret was given a token as well.');
  else evidence.for(`A wrong client secret is refused (${statusOf(refused)}).`);
  const stale = await inquireWith(context, { authorization: `Bearer ${token.accessToken.slice(0, -1)}~` });
  expect401(evidence, 'A token that MobiFone did not give', stale);
  const renewed = readToken(bearer, await ask(credentials));
  if (renewed) evidence.for('A new token is given while the one before is still valid.');
  else evidence.against('No second token was given: a token that is refused cannot be replaced.');
}

async function wrongSignature(
  context: ProbeContext,
  { sign }: Extract<Authentication, { kind: 'signed' }>,
  evidence: Evidence,
): Promise<void> {
  const { credentials, line } = context;
  const wrong = { ...credentials, clientSecret: `${credentials.clientSecret}-wrong` };
  const request = line.dialect.encode.inquiry(neverSent(context));
  expect401(evidence, 'A wrong signature', await inquireWith(context, sign(request, wrong, new Date())));
}

function expect401(evidence: Evidence, what: string, reply: WireReply): void {
  if (reply.kind !== 'answer') return evidence.note(`${what}: ${reply.detail}.`);
  if (reply.status === 401) return evidence.for(`${what} is refused with 401.`);
  const words = `${what} is answered with ${reply.status}, not 401`;
  evidence.against(`${words}: the client would not know that it must renew.`);
}

function neverSent({ sales }: ProbeContext) {
  const { msisdn, purchaseId } = sales.open();
  return { transactionId: transactionId(purchaseId, 'registration'), msisdn };
}

function inquireWith(context: ProbeContext, headers: Readonly<Record<string, string>>): Promise<WireReply> {
  const inquiry = neverSent(context);
  const request = context.line.dialect.encode.inquiry(inquiry);
  return context.line.send('inquiry', inquiry, request, headers);
}

function readToken(
  bearer: Bearer,
  reply: WireReply,
): { accessToken: string; expiresIn?: number | undefined } | undefined {
  if (reply.kind !== 'answer' || reply.status < 200 || reply.status > 299) return undefined;
  const token = tokenReplySchema.safeParse(bearer.decodeToken(reply.body));
  return token.success ? token.data : undefined;
}

function statusOf(reply: WireReply): string {
  return reply.kind === 'answer' ? `HTTP ${reply.status}` : reply.detail;
}

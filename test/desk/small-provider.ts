import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { closeAtOnce, listen } from '../../runtime/listening';

export interface SmallProvider {
  issuer: string;
  /** What the next ID tokens say of the person who signs in. */
  claims: Record<string, unknown>;
  /** Changes the next ID tokens, as a faulty or hostile provider would. */
  spoil: {
    nonce?: string;
    issuer?: string;
    isSignedByAnother?: boolean;
    subject?: string;
    issuedAt?: number;
  };
  /** The identity provider's page, on which a person agrees: where it sends the browser. */
  agree(authorizationUrl: string): string;
  stop(): Promise<void>;
}

interface Code {
  challenge: string;
  nonce: string;
  redirectUri: string;
}

export const CLIENT = { clientId: 'desk', clientSecret: 'a secret of the test' };

/** An OpenID provider with the authorization code flow and PKCE, which checks what a provider checks. */
export async function startSmallProvider(): Promise<SmallProvider> {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const another = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'one', alg: 'RS256', use: 'sig' };
  const codes = new Map<string, Code>();
  const provider: SmallProvider = {
    issuer: '',
    claims: {},
    spoil: {},
    agree(authorizationUrl) {
      const { searchParams } = new URL(authorizationUrl);
      const asked = (name: string) => searchParams.get(name) ?? '';
      if (asked('response_type') !== 'code' || asked('code_challenge_method') !== 'S256')
        throw new Error('not the code flow with PKCE');
      const code = randomUUID();
      const redirectUri = asked('redirect_uri');
      codes.set(code, { challenge: asked('code_challenge'), nonce: asked('nonce'), redirectUri });
      const answer = new URLSearchParams({ code, state: asked('state'), iss: provider.issuer });
      return `${redirectUri}?${answer.toString()}`;
    },
    stop: () => closeAtOnce(server),
  };
  const token = async (form: URLSearchParams) => {
    const known = codes.get(form.get('code') ?? '');
    codes.delete(form.get('code') ?? '');
    const verifier = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url');
    const isOwn =
      form.get('client_id') === CLIENT.clientId && form.get('client_secret') === CLIENT.clientSecret;
    if (!known || verifier !== known.challenge || form.get('redirect_uri') !== known.redirectUri || !isOwn)
      return { status: 400, body: { error: 'invalid_grant' } };
    const idToken = await new SignJWT({ ...provider.claims, nonce: provider.spoil.nonce ?? known.nonce })
      .setProtectedHeader({ alg: 'RS256', kid: 'one' })
      .setIssuer(provider.spoil.issuer ?? provider.issuer)
      .setAudience(CLIENT.clientId)
      .setSubject(provider.spoil.subject ?? 'user-1')
      .setIssuedAt(provider.spoil.issuedAt)
      .setExpirationTime('5m')
      .sign(provider.spoil.isSignedByAnother ? another.privateKey : privateKey);
    return { status: 200, body: { access_token: 'opaque', token_type: 'Bearer', id_token: idToken } };
  };
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: unknown }> => {
    const { issuer } = provider;
    switch (request.url) {
      case '/.well-known/openid-configuration':
        return {
          status: 200,
          body: {
            issuer,
            authorization_endpoint: `${issuer}/authorize`,
            token_endpoint: `${issuer}/token`,
            jwks_uri: `${issuer}/keys`,
            response_types_supported: ['code'],
            subject_types_supported: ['public'],
            id_token_signing_alg_values_supported: ['RS256'],
            authorization_response_iss_parameter_supported: true,
          },
        };
      case '/keys':
        return { status: 200, body: { keys: [jwk] } };
      case '/token':
        return token(new URLSearchParams(await textOf(request)));
      default:
        return { status: 404, body: {} };
    }
  };
  const server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
    });
  });
  provider.issuer = `http://127.0.0.1:${await listen(server, { host: '127.0.0.1', port: 0, setting: 'none' })}`;
  return provider;
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // no encoding was set
  return Buffer.concat(chunks).toString('utf8');
}

import type { Request } from 'express';
import { personsText } from '../../desk/access/guards';
import { Oidc } from '../../desk/access/oidc';
import { OneTimeLink } from '../../desk/access/one-time-link';
import { IDLE_LIMIT_MS, SESSION_LIMIT_MS } from '../../desk/access/sessions';
import { ToldOnce } from '../../desk/told-once';
import { startDeskLab, Visitor, type DeskLab } from './desk-lab';
import { CLIENT, startSmallProvider, type SmallProvider } from './small-provider';

let lab: DeskLab;
afterEach(() => lab.stop());

describe('whoever reads the terminal of this machine', () => {
  let link: OneTimeLink;
  const printed: string[] = [];

  beforeEach(async () => {
    printed.length = 0;
    lab = await startDeskLab((url) => {
      link = new OneTimeLink(url, (next) => printed.push(next));
      return { kind: 'link', link };
    });
  });

  const tokenOf = (url: string) => new URL(url).searchParams.get('token') ?? '';

  async function signedIn(): Promise<Visitor> {
    const visitor = new Visitor(lab.url);
    const { status } = await visitor.post('/sign-in', { token: tokenOf(link.url), name: 'Lan' });
    expect(status).toBe(303);
    return visitor;
  }

  it('signs in by the link with a name; it works once, and the next one is printed', async () => {
    const used = link.url;
    const visitor = new Visitor(lab.url);
    const page = await visitor.get(used);
    expect(page).toMatchObject({ status: 200, body: expect.stringContaining('name="name"') as string });
    expect((await visitor.post('/sign-in', { token: tokenOf(used), name: '  ' })).status).toBe(422);
    expect((await visitor.post('/sign-in', { token: tokenOf(used), name: 'Lan' })).status).toBe(303);
    expect((await visitor.get('/search')).body).toContain('Lan');

    const other = new Visitor(lab.url);
    expect((await other.get(used)).status).toBe(401);
    expect((await other.post('/sign-in', { token: tokenOf(used), name: 'Mallory' })).status).toBe(401);
    expect(printed).toEqual([link.url]);
    expect((await other.post('/sign-in', { token: tokenOf(link.url), name: 'Minh' })).status).toBe(303);
  });

  it('may choose the language before signing in, and still has the link', async () => {
    const visitor = new Visitor(lab.url);
    const { body } = await visitor.get(link.url, { 'accept-language': 'en' });
    const back = /name="back" value="([^"]*)"/.exec(body)?.[1] ?? '';
    const { headers } = await visitor.post('/language', { language: 'vi', back });
    const again = await visitor.get(String(headers.location));
    expect(again).toMatchObject({ status: 200, body: expect.stringContaining('name="name"') as string });
    expect(again.body).toContain('<html lang="vi">');
  });

  it('must have a name, and act for a reason, that can be seen', async () => {
    const visitor = new Visitor(lab.url);
    const unseen = '\u200b\u2800';
    expect((await visitor.post('/sign-in', { token: tokenOf(link.url), name: unseen })).status).toBe(422);
    const why = (text: string) => personsText({ body: { why: text } } as Request, 'why'); // nothing else is read
    expect([why(unseen), why(' wrong price ')]).toEqual(['', 'wrong price']);
    for (const field of ['why', 'text'] as const)
      expect(personsText({ body: { [field]: 'call 0901 234 567' } } as Request, field)).toBe('call ****567'); // as above
  });

  it('sees nothing without it: every page leads to the sign-in, and live updates end', async () => {
    const stranger = new Visitor(lab.url);
    for (const path of ['/', '/search', '/day', '/purchases/pur_aaaaaaaaaaaaaaaaaaaaaaaaaa', '/nothing']) {
      expect(await stranger.get(path)).toMatchObject({ status: 303, headers: { location: '/sign-in' } });
    }
    expect((await stranger.get('/live')).status).toBe(401);
    expect((await stranger.post('/search', { what: '1' })).headers.location).toBe('/sign-in');
  });

  it('is out after an hour of doing nothing, after a shift, and when signed out', async () => {
    const idle = await signedIn();
    lab.later(IDLE_LIMIT_MS - 1);
    expect((await idle.get('/search', { 'x-desk-live': '1' })).status).toBe(200); // a page that looks again is no use
    lab.later(2);
    expect((await idle.get('/search')).status).toBe(303);

    const busy = await signedIn();
    for (let passed = 0; passed < SESSION_LIMIT_MS; passed += IDLE_LIMIT_MS / 2) {
      expect((await busy.get('/search')).status).toBe(200);
      lab.later(IDLE_LIMIT_MS / 2);
    }
    lab.later(1);
    expect((await busy.get('/search')).status).toBe(303);

    const leaving = await signedIn();
    expect((await leaving.post('/sign-out', { csrf: 'guessed' })).status).toBe(403);
    expect((await leaving.post('/sign-out', { csrf: await leaving.csrf() })).status).toBe(303);
    expect((await leaving.get('/search')).status).toBe(303);
  });

  it('is told of a day that no calendar has, wherever it is typed', async () => {
    const visitor = await signedIn();
    const csrf = await visitor.csrf();
    for (const day of ['2026-13-45', '2026-02-30', '2026-1-1']) {
      const searched = await visitor.post('/search', { csrf, what: '', channel: '', day });
      expect([day, searched.status]).toEqual([day, 422]);
      const broken = await visitor.get(`/breaks/${day}/brk_aaaaaaaaaaaaaaaa`);
      expect([day, broken.status]).toEqual([day, 404]);
    }
  });

  it('is acted for by no page of another site, another name, or an earlier session', async () => {
    const visitor = await signedIn();
    const csrf = await visitor.csrf();
    const form = { csrf, scope: 'all', why: 'x' };
    const refused = async (headers: Record<string, string>, fields = form) =>
      (await visitor.post('/pauses', fields, headers)).status;
    expect(await refused({ origin: 'https://evil.example' })).toBe(403);
    expect(await refused({ origin: 'null' })).toBe(403);
    expect(await refused({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await refused({ host: 'evil.example' })).toBe(403);
    expect(await refused({}, { ...form, csrf: '' })).toBe(403);
    expect(await refused({ origin: lab.url, 'sec-fetch-site': 'same-origin' })).toBe(503); // taken; no Temporal is there
    expect((await visitor.get('/search', { host: 'desk.evil.example' })).status).toBe(403);
  });

  it.each(['cross-site', 'same-site'])(
    'opens a page by a link of another site, which has nothing asked or made there: %s',
    async (site) => {
      const visitor = await signedIn();
      const link = { 'sec-fetch-site': site, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
      const status = async (address: string, headers: Record<string, string>) =>
        (await visitor.get(address, headers)).status;
      const purchase = '/purchases/pur_aaaaaaaaaaaaaaaaaaaaaaaaaa';
      expect(await status(purchase, link)).toBe(503); // taken; no Temporal is there
      expect(await status('/search', link)).toBe(200);
      expect(await status(purchase, { ...link, 'sec-fetch-dest': 'iframe' })).toBe(403);
      expect(
        await status(purchase, { ...link, 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'image' }),
      ).toBe(403);
      expect(await status(`${purchase}/acts/give-up`, link)).toBe(403);
      expect(await status(`${purchase}/acts/give-up`, { ...link, 'sec-fetch-site': 'same-origin' })).not.toBe(
        403,
      );
    },
  );

  it('still reads what came of a form after a link of another site has opened its page', () => {
    const told = new ToldOnce();
    const session = { id: 's', person: { name: 'Lan', role: 'act' }, csrf: 'c' } as const;
    told.keep(session, 'pur_a', { done: ['cancelled'] });
    expect(told.take({ ...session, isLinkedTo: true }, 'pur_a')).toEqual({});
    expect(told.take(session, 'pur_a')).toEqual({ done: ['cancelled'] });
  });

  it('reads in both languages that Temporal does not answer, and loses nothing', async () => {
    const visitor = await signedIn();
    const english = await visitor.get('/', { 'accept-language': 'en' });
    expect(english.status).toBe(503);
    expect(english.body).toContain('Temporal does not answer');
    expect((await visitor.get('/', { 'accept-language': 'vi' })).body).toContain('Temporal không trả lời');
    const chosen = await visitor.post('/language', { language: 'en', back: '//evil.example/' });
    expect(chosen.headers.location).toBe('/');
    expect((await visitor.get('/search', { 'accept-language': 'vi' })).body).toContain('<html lang="en">');
  });

  it('gets a page that runs nothing but the desk’s own, and is kept by nobody', async () => {
    const visitor = await signedIn();
    const { headers, body } = await visitor.get('/search');
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toContain('unsafe');
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['referrer-policy']).toBe('same-origin');
    expect(body).not.toMatch(/<script(?! type="module" src="\/desk.js")|style=|onclick/);
    const cookies = (await new Visitor(lab.url).post('/sign-in', { token: tokenOf(link.url), name: 'Lan' }))
      .headers;
    expect(cookies['set-cookie']?.[0]).toMatch(/HttpOnly.*SameSite=Lax/);
  });

  it('leaves no number that was searched for, and no link, in the log, the address or the title', async () => {
    const visitor = await signedIn();
    const used = link.url;
    await visitor.get(used);
    const { body } = await visitor.post('/search', { csrf: await visitor.csrf(), what: '0901234567' });
    expect(/<title>(.*)<\/title>/.exec(body)?.[1]).not.toMatch(/\d/);
    expect(lab.log()).toContain('desk.request');
    expect(lab.log()).not.toMatch(/901234567/);
    expect(lab.log()).not.toContain(tokenOf(used));
  });
});

describe('operators with an identity provider', () => {
  let provider: SmallProvider;

  beforeEach(async () => {
    provider = await startSmallProvider();
    const oidc = new Oidc({ issuer: provider.issuer, ...CLIENT, roleClaim: 'realm_access.roles' });
    lab = await startDeskLab({ kind: 'provider', oidc, roleClaim: 'realm_access.roles' });
  });
  afterEach(() => provider.stop());

  async function toProvider(visitor: Visitor): Promise<string> {
    const { status, headers } = await visitor.get('/sign-in/provider');
    expect(status).toBe(303);
    return headers.location ?? '';
  }

  async function back(visitor: Visitor, authorizationUrl: string) {
    const { pathname, search } = new URL(provider.agree(authorizationUrl));
    return visitor.get(`${pathname}${search}`);
  }

  it('sign in by code and PKCE with the role that a claim gives, under the address that was verified', async () => {
    provider.claims = { email: 'lan@agent.example', email_verified: true, realm_access: { roles: ['act'] } };
    const visitor = new Visitor(lab.url);
    expect((await back(visitor, await toProvider(visitor))).headers.location).toBe('/');
    expect((await visitor.get('/search')).body).toContain('lan@agent.example');
    expect(await visitor.csrf()).not.toBe('');
  });

  it('look only where their role is to look', async () => {
    provider.claims = { email: 'xem@agent.example', realm_access: { roles: ['look', 'other'] } };
    const visitor = new Visitor(lab.url);
    await back(visitor, await toProvider(visitor));
    const form = { csrf: await visitor.csrf(), scope: 'all', why: 'x' };
    expect((await visitor.post('/pauses', form)).status).toBe(403);
    expect((await visitor.get('/purchases/pur_aaaaaaaaaaaaaaaaaaaaaaaaaa/acts/retry')).status).toBe(403);
  });

  it.each(['never act', 'may not act here', 'actor', ''])(
    'have no role by a text that only has its word in it: %j',
    async (roles) => {
      provider.claims = { email: 'new@agent.example', realm_access: { roles } };
      const visitor = new Visitor(lab.url);
      expect((await back(visitor, await toProvider(visitor))).status).toBe(403);
    },
  );

  it('have a role by a text that holds nothing else', async () => {
    for (const roles of ['act', 'look act']) {
      provider.claims = { email: 'lan@agent.example', realm_access: { roles } };
      const visitor = new Visitor(lab.url);
      expect((await back(visitor, await toProvider(visitor))).headers.location).toBe('/');
    }
  });

  it('stay out without a role, and are told which claim lacks it', async () => {
    provider.claims = { email: 'new@agent.example', roles: ['act'] };
    const visitor = new Visitor(lab.url);
    const answer = await back(visitor, await toProvider(visitor));
    expect(answer.status).toBe(403);
    expect(answer.body).toContain('realm_access.roles');
    expect((await visitor.get('/search')).status).toBe(303);
  });

  const address = 'lan@agent.example';
  it.each([
    ['nobody verified', { email: address, email_verified: false }, 'user-1'],
    ['nobody verified, in words', { email: address, email_verified: 'false' }, 'user-1'],
    ['nothing is said of', { email: address }, 'user-1'],
    ['is a user name of their own choice', { preferred_username: address }, `${address} (user-1)`],
    [
      'is a user name beside one that nobody verified',
      { email: address, email_verified: false, preferred_username: address },
      `${address} (user-1)`,
    ],
  ])('are not taken for another by an address that %s', async (_, claims, name) => {
    provider.claims = { ...claims, realm_access: { roles: ['act'] } };
    const visitor = new Visitor(lab.url);
    await back(visitor, await toProvider(visitor));
    const { body } = await visitor.get('/search');
    expect(/<span>[^<]*: ([^<]*?)\s*<\/span>/.exec(body)?.[1]).toBe(name);
  });

  it.each([
    ['true', true],
    ['true, in words', 'true'],
  ])('are named by an address of which the provider says that it is verified: %s', async (_, isVerified) => {
    provider.claims = { email: address, email_verified: isVerified, realm_access: { roles: ['act'] } };
    const visitor = new Visitor(lab.url);
    await back(visitor, await toProvider(visitor));
    expect((await visitor.get('/search')).body).toContain(`: ${address}`);
  });

  it('have a name of one line and of a length that can be read', async () => {
    provider.claims = {
      preferred_username: `Lan\n\u001b[31m${'x'.repeat(5000)}`,
      realm_access: { roles: ['act'] },
    };
    const visitor = new Visitor(lab.url);
    await back(visitor, await toProvider(visitor));
    const name = /"who":"([^"]*)"/.exec(lab.log())?.[1] ?? '';
    expect(name).toMatch(/^Lan .{90,96}$/);
    expect(name).not.toMatch(/\\u001b|\\n/);
  });

  it('sign in while a stranger begins a thousand times', async () => {
    provider.claims = { email: address, email_verified: true, realm_access: { roles: ['act'] } };
    const visitor = new Visitor(lab.url);
    const url = await toProvider(visitor);
    const stranger = new Visitor(lab.url);
    for (let times = 0; times < 1_000; times += 1) await stranger.get('/sign-in/provider');
    expect((await back(visitor, url)).headers.location).toBe('/');
  });

  it.each([
    [
      'another browser began it',
      async (visitor: Visitor) => toProvider(visitor).then((url) => [new Visitor(lab.url), url] as const),
      {},
      401,
    ],
    [
      'the nonce is another',
      async (visitor: Visitor) => [visitor, await toProvider(visitor)] as const,
      { nonce: 'x' },
      502,
    ],
    [
      'the issuer is another',
      async (visitor: Visitor) => [visitor, await toProvider(visitor)] as const,
      { issuer: 'https://evil.example' },
      502,
    ],
    [
      'the ID token is signed by none of the provider’s keys',
      async (visitor: Visitor) => [visitor, await toProvider(visitor)] as const,
      { isSignedByAnother: true },
      502,
    ],
    [
      'the ID token names nobody',
      async (visitor: Visitor) => [visitor, await toProvider(visitor)] as const,
      { subject: '\u200b' },
      502,
    ],
    [
      'the ID token was issued days ago',
      async (visitor: Visitor) => [visitor, await toProvider(visitor)] as const,
      { issuedAt: Math.floor(Date.now() / 1000) - 3 * 24 * 3600 },
      502,
    ],
  ])('are not signed in where %s', async (_, begin, spoil, status) => {
    provider.claims = { email: 'lan@agent.example', realm_access: { roles: ['act'] } };
    provider.spoil = spoil;
    const [visitor, url] = await begin(new Visitor(lab.url));
    expect((await back(visitor, url)).status).toBe(status);
    expect((await visitor.get('/search')).status).toBe(303);
  });

  it('are not signed in where the ID token was issued to another client', async () => {
    const visitor = new Visitor(lab.url);
    provider.claims = { email: 'lan@agent.example', realm_access: { roles: ['act'] }, azp: 'another' };
    expect((await back(visitor, await toProvider(visitor))).status).toBe(502);
    provider.claims = { ...provider.claims, azp: CLIENT.clientId };
    expect((await back(visitor, await toProvider(visitor))).headers.location).toBe('/');
  });

  it('leave no session behind when they sign in again', async () => {
    provider.claims = { email: 'lan@agent.example', realm_access: { roles: ['act'] } };
    const visitor = new Visitor(lab.url);
    await back(visitor, await toProvider(visitor));
    const former = visitor.copy();
    expect((await former.get('/search')).status).toBe(200);
    await back(visitor, await toProvider(visitor));
    expect((await visitor.get('/search')).status).toBe(200);
    expect((await former.get('/search')).status).toBe(303);
  });

  it('cannot use a code twice', async () => {
    provider.claims = { email: 'lan@agent.example', realm_access: { roles: ['act'] } };
    const visitor = new Visitor(lab.url);
    const { pathname, search } = new URL(provider.agree(await toProvider(visitor)));
    expect((await visitor.get(`${pathname}${search}`)).status).toBe(303);
    expect((await visitor.get(`${pathname}${search}`)).status).toBe(401);
  });

  it('read that the provider does not answer, and the one-time link is no way round it', async () => {
    await provider.stop();
    const visitor = new Visitor(lab.url);
    expect((await visitor.get('/sign-in/provider')).status).toBe(502);
    expect((await visitor.post('/sign-in', { token: 'x', name: 'Mallory' })).status).toBe(401);
    provider = await startSmallProvider(); // for the end of the test
  });
});

describe('a desk that is reached by a name of its own', () => {
  it('answers under that name only, and its cookie is for TLS alone', async () => {
    const link = new OneTimeLink(() => 'https://desk.example');
    lab = await startDeskLab({ kind: 'link', link }, 'https://desk.example');
    const visitor = new Visitor(lab.url);
    const host = { host: 'desk.example' };
    expect((await visitor.get('/sign-in')).status).toBe(403);
    expect((await visitor.get('/sign-in', host)).status).toBe(200);
    expect((await visitor.get('/healthz')).status).toBe(200);
    const token = new URL(link.url).searchParams.get('token') ?? '';
    const { headers } = await visitor.post(
      '/sign-in',
      { token, name: 'Lan' },
      { ...host, origin: 'https://desk.example' },
    );
    expect(headers['set-cookie']?.[0]).toMatch(/^__Host-desk_session=.*Secure/);
  });
});

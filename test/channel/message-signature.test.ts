import {
  isDigestOf,
  isMessageSignedBy,
  parseMessageSignature,
  signatureBase,
  type SignedMessage,
} from '../../channel/message-signature';

/** The request of RFC 9421, appendix B.2, and its shared secret of appendix B.1.5. */
const HEADERS: Readonly<Record<string, readonly string[]>> = {
  host: ['example.com'],
  date: ['Tue, 20 Apr 2021 02:07:55 GMT'],
  'content-type': ['application/json'],
  'content-digest': [
    'sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:',
  ],
  'content-length': ['18'],
};
const BODY = Buffer.from('{"hello": "world"}');
const MESSAGE: SignedMessage = {
  method: 'POST',
  target: '/foo?param=Value&Pet=dog',
  header: (name) => HEADERS[name] ?? [],
  body: BODY,
};
const SECRET = Buffer.from(
  'uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ==',
  'base64',
);

describe('the test vectors of the RFCs', () => {
  it('are verified: RFC 9421 B.2.5, hmac-sha256', () => {
    const claimed = parseMessageSignature(
      'sig-b25=("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      'sig-b25=:pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8=:',
    );
    if (!claimed) throw new Error('it was not understood');
    expect(claimed.created).toBe(1618884473);
    expect(signatureBase(claimed.components, claimed.parameters, MESSAGE)).toBe(
      [
        '"date": Tue, 20 Apr 2021 02:07:55 GMT',
        '"@authority": example.com',
        '"content-type": application/json',
        '"@signature-params": ("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"',
      ].join('\n'),
    );
    expect(isMessageSignedBy(SECRET, claimed, MESSAGE)).toBe(true);
    expect(isMessageSignedBy(Buffer.from('another'), claimed, MESSAGE)).toBe(false);
  });

  it('give the components that they give: RFC 9421 2.2', () => {
    const base = signatureBase(['@method', '@path', '@query', '@request-target'], '()', MESSAGE);
    expect(base?.split('\n').slice(0, 4)).toEqual([
      '"@method": POST',
      '"@path": /foo',
      '"@query": ?param=Value&Pet=dog',
      '"@request-target": /foo?param=Value&Pet=dog',
    ]);
    expect(signatureBase(['@query'], '()', { ...MESSAGE, target: '/foo' })).toContain('"@query": ?\n');
  });

  it('digest the body as they do: RFC 9421 B.2 and RFC 9530 B', () => {
    expect(isDigestOf(HEADERS['content-digest']?.[0] ?? '', BODY)).toBe(true);
    expect(isDigestOf('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:', BODY)).toBe(true);
    expect(isDigestOf('sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:', Buffer.from('{}'))).toBe(
      false,
    );
    expect(isDigestOf('md5=:AAAA:', BODY)).toBe(false);
    expect(isDigestOf('sha-256', BODY)).toBe(false);
  });
});

describe('headers of another form', () => {
  it.each([
    ['no list', 'a="x"', 'a=:AAAA:'],
    ['a component with a parameter', 'a=("@method";req);created=1', 'a=:AAAA:'],
    ['a label that the other header lacks', 'a=("@method");created=1', 'b=:AAAA:'],
    ['two labels, none of them ours', 'a=("@method");created=1, b=("@path");created=1', 'a=:AAAA:, b=:AAAA:'],
    ['a label twice', 'a=("@method");created=1, a=("@path");created=1', 'a=:AAAA:'],
    ['no bytes', 'a=("@method");created=1', 'a="AAAA"'],
    ['a parameter twice', 'a=("@method");created=9;created=1', 'a=:AAAA:'],
    ['a parameter twice, as a number and as a text', 'a=("@method");keyid=1;keyid="1"', 'a=:AAAA:'],
    ['an end that is no number', 'a=("@method");created=1;expires="x"', 'a=:AAAA:'],
    ['a beginning that is no number', 'a=("@method");created="1"', 'a=:AAAA:'],
    ['an algorithm that is no text', 'a=("@method");created=1;alg=1', 'a=:AAAA:'],
  ])('are no signature: %s', (_, input, signature) => {
    expect(parseMessageSignature(input, signature)).toBeUndefined();
  });

  it('have ours among several', () => {
    const parsed = parseMessageSignature(
      'other=("@path");created=1, datacode=("@method" "@path");created=2',
      'other=:AAAA:, datacode=:BBBB:',
    );
    expect(parsed).toMatchObject({ created: 2, components: ['@method', '@path'] });
  });
});

import { proxyFor, proxySettingsFaults, withLoopbackExcepted } from '../../../runtime/proxy/settings';

const HTTPS_PROXY = 'http://proxy.example:3128';
const PROXY = { host: 'proxy.example', port: 3128 };
const to = (host: string, port = 443) => ({ isSecure: true, host, port });

describe('the proxy of a connection', () => {
  it('is that of HTTPS_PROXY with TLS, and that of HTTP_PROXY without', () => {
    const both = { HTTPS_PROXY, HTTP_PROXY: 'http://plain.example' };
    expect(proxyFor(to('gateway.example'), both)).toEqual(PROXY);
    expect(proxyFor({ ...to('gateway.example'), isSecure: false }, both)).toEqual({
      host: 'plain.example',
      port: 80,
    });
    expect(proxyFor(to('gateway.example'), { HTTP_PROXY: 'http://plain.example' })).toBeUndefined();
    expect(proxyFor(to('gateway.example'), {})).toBeUndefined();
  });

  it('may be named in lower case, which holds before the other, and without http://', () => {
    expect(
      proxyFor(to('gateway.example'), { https_proxy: 'proxy.example:3128', HTTPS_PROXY: 'http://b' }),
    ).toEqual(PROXY);
  });

  it('is given the user and the password of its address, decoded', () => {
    const asked = proxyFor(to('gateway.example'), { HTTPS_PROXY: 'http://me:p%40ss@proxy.example:3128' });
    expect(asked).toEqual({ ...PROXY, credentials: 'me:p@ss' });
  });

  it.each(['localhost', 'LOCALHOST', 'api.localhost', '127.0.0.1', '127.9.9.9', '::1', '[::1]', '0.0.0.0'])(
    'is none to this machine: %s',
    (host) => {
      expect(proxyFor(to(host), { HTTPS_PROXY, https_proxy: HTTPS_PROXY })).toBeUndefined();
    },
  );

  it.each([
    ['gateway.example', 'gateway.example', true],
    ['gateway.example', '.example', true],
    ['gateway.example', '*.example', true],
    ['gateway.example', 'example', true],
    ['Gateway.Example', 'gateway.example', true],
    ['gateway.example', 'other.example, gateway.example', true],
    ['gateway.example', '*', true],
    ['gateway.example', 'gateway.example:443', true],
    ['gateway.example', 'gateway.example:8443', false],
    ['gateway.example', 'way.example', false],
    ['gateway.example', 'gateway.example.org', false],
    ['10.1.2.3', '10.0.0.0/8', true],
    ['11.1.2.3', '10.0.0.0/8', false],
    ['10.1.2.3', '10.1.2.3', true],
    ['10.1.2.3', '2.3', false],
    ['fd00::5', 'fd00::/8', true],
    ['[fd00::5]', '[fd00::5]:443', true],
    ['fd00::5', 'fd00::5', true],
    ['gateway.example', '10.0.0.0/8,,10.0.0.0/99', false],
  ])('to %s is none where NO_PROXY is %s: %s', (host, NO_PROXY, isExcepted) => {
    expect(proxyFor(to(host), { HTTPS_PROXY, NO_PROXY }) === undefined).toBe(isExcepted);
    expect(proxyFor(to(host), { HTTPS_PROXY, no_proxy: NO_PROXY }) === undefined).toBe(isExcepted);
  });
});

describe('a proxy that cannot be used', () => {
  it.each([
    ['socks5://proxy.example:1080', 'socks5://…'],
    ['https://proxy.example', 'https://…'],
    ['http://', 'http://…'],
    ['a b', '…'],
  ])('is a fault: %s', (address, shown) => {
    expect(proxySettingsFaults({ HTTPS_PROXY: address })).toEqual([
      `HTTPS_PROXY: "${shown}" is not a proxy that can be used: write http://host:port, or http://user:password@host:port`,
    ]);
  });

  it.each([
    'socks5://me:s3cret@proxy.example',
    'me:s3cret@proxy.example:99999',
    'socks5://me:s3/cret@proxy.example',
    'http://me:s3@cret@proxy.example:x',
    'http://us%er:s3cret@proxy.example:3128',
    'http://me:s3cret%40proxy.example:3128',
    'me:s3cret:proxy.example:3128',
    'http://me:s3cret＠proxy.example:3128',
    'https://proxy.example:3128/?password=s3cret',
  ])('is shown without its password: %s', (address) => {
    const [fault = ''] = proxySettingsFaults({ http_proxy: address });
    expect(fault).toMatch(/^http_proxy: "(\w+:\/\/)?…" is not a proxy/);
    expect(fault.replace('http://user:password@host', '')).not.toMatch(/s3|cret/);
  });

  it('is told from one that can', () => {
    expect(proxySettingsFaults({ HTTPS_PROXY, HTTP_PROXY: 'proxy:3128', NO_PROXY: 'a b' })).toEqual([]);
  });
});

describe('the environment of a child process', () => {
  it('excepts this machine beside what was excepted before', () => {
    const { NO_PROXY, no_proxy } = withLoopbackExcepted({ HTTPS_PROXY, NO_PROXY: '.internal,localhost' });
    expect(NO_PROXY?.split(',').toSorted()).toEqual(['.internal', '127.0.0.1', '::1', 'localhost']);
    expect(no_proxy).toBe(NO_PROXY);
  });

  it('is left alone where there is no proxy', () => {
    expect(withLoopbackExcepted({ NO_PROXY: 'a' })).toEqual({ NO_PROXY: 'a' });
  });
});

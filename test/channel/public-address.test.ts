import type { LookupAddress } from 'node:dns';
import type { LookupAll } from '../../channel/dns-lookup';
import { isPublicAddress, publicLookup, refuseForbiddenLiteral } from '../../channel/public-address';

describe('an address that a stranger must not make us call', () => {
  it.each([
    '127.0.0.1',
    '127.9.9.9',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '100.64.0.1',
    '169.254.169.254',
    '168.63.129.16',
    '192.0.0.192',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:127.0.0.1',
    '::ffff:a9fe:a9fe',
    '64:ff9b::7f00:1',
    'fe80::1',
    'fd00:ec2::254',
    '2002:7f00:1::',
    // IPv4-compatible, as URL writes `[::127.0.0.1]` and as a resolver may
    '::7f00:1',
    '::127.0.0.1',
    '::8.8.8.8',
    '::808:808',
    // an IPv4 address inside an IPv6 one is never a webhook's own spelling, whatever it is
    '::ffff:8.8.8.8',
    '::ffff:0:7f00:1',
    '::ffff:0:0:7f00:1',
    '64:ff9b::10.0.0.1',
    '64:ff9b:1::a00:1',
    '2002:a00:1::1',
    '2001:0:7f00:1::1', // Teredo
    'fec0::1',
    'fe80::1%lo',
    '2606:4700:4700::1111%lo',
    // outside 2000::/3 nothing is assigned to the internet, and IANA reserves the upper half of it and more
    '2d00::1',
    '2e00::1',
    '2fff:ffff::1',
    '3000::1',
    '3ffe::1',
    '1::1',
    '4000::1',
    '5f00::1',
    '100::1',
    '2001:db8::1',
    '3fff::1',
    '0.1.2.3',
    '192.0.0.9',
    '192.88.99.1',
    '198.18.0.1',
    '198.51.100.1',
    '203.0.113.1',
    '240.0.0.1',
    'not an address',
    '127.1',
    '0x08.8.8.8',
  ])('is not public: %s', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  it('is told from one of the internet', () => {
    for (const address of [
      '8.8.8.8',
      '203.113.131.1',
      '2606:4700:4700::1111',
      '2001:ee0::1', // of Vietnam, as the next
      '2402:800::1',
      '2800:3f0::1',
      '2a00:1450::1',
      '2c0f:fb50::1',
    ])
      expect(isPublicAddress(address)).toBe(true);
  });

  it('is found in every spelling that a URL may give it', () => {
    for (const url of [
      'http://127.1/',
      'http://0x7f000001/',
      'http://2130706433/',
      'http://[::1]/',
      'http://[::ffff:7f00:1]/',
      'http://[::127.0.0.1]/',
      'http://[::ffff:0:127.0.0.1]/',
      'http://0177.0.0.1/',
      'http://１２７.0.0.1/',
      'http://localhost/',
      'http://LOCALHOST./',
      'http://shop.localhost/',
    ])
      expect(() => refuseForbiddenLiteral(new URL(url).hostname)).toThrow('not public');
    for (const host of ['shop.example', 'localhost.example', 'mylocalhost'])
      expect(() => refuseForbiddenLiteral(host)).not.toThrow();
  });
});

describe('a host name that is looked up for a socket', () => {
  function lookedUp(addresses: LookupAddress[], all: boolean): Promise<unknown> {
    const resolve: LookupAll = (_host, _options, answer) => answer(null, addresses);
    return new Promise((done, failed) =>
      publicLookup(resolve)('shop.example', { all }, (fault, address) =>
        fault ? failed(fault) : done(address),
      ),
    );
  }
  const open = { address: '8.8.8.8', family: 4 };
  const inside = { address: '10.0.0.1', family: 4 };

  it('gives the addresses that were judged, one or all as the socket asks', async () => {
    await expect(lookedUp([open], false)).resolves.toBe('8.8.8.8');
    await expect(lookedUp([open], true)).resolves.toEqual([open]);
  });

  it('gives none when any of them is inside', async () => {
    await expect(lookedUp([open, inside], true)).rejects.toThrow('not public');
    await expect(lookedUp([], true)).rejects.toThrow('not public');
  });
});

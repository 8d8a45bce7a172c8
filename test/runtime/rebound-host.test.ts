import { hostname } from 'node:os';
import { mayBeRebound, mayBeReboundAt } from '../../runtime/rebound-host';

describe('a page that a browser on this machine has open', () => {
  it.each(['127.0.0.1:8235', 'localhost:8235', 'LOCALHOST', '[::1]:8235', '192.168.1.7', hostname()])(
    'may be ours as %s: nobody else answers for that',
    (host) => {
      expect(mayBeRebound(host)).toBe(false);
    },
  );

  it.each([
    'evil.example:8235',
    'evil:8235', // by whoever runs the network
    'x.localhost.evil.example',
    '127.0.0.1.evil.example',
    'localhost.',
    '2130706433',
    '[evil]:80',
    '',
    undefined,
  ])('is not ours as %s: somebody else may point it here', (host) => {
    expect(mayBeRebound(host)).toBe(true);
  });
});

describe('a server that other machines reach', () => {
  it('answers by whatever name it has there, and on loopback by its own', () => {
    expect(mayBeReboundAt('0.0.0.0', 'worker:9464')).toBe(false);
    expect(mayBeReboundAt('127.0.0.1', 'worker:9464')).toBe(true);
  });
});

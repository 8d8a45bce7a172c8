import { transportFault } from '../../runtime/transport';

describe('a URL that somebody sets', () => {
  it.each([
    ['https://gateway.example/api', undefined],
    ['http://127.0.0.1:4999', undefined],
    ['http://sandbox:4999', undefined],
    ['http://gateway.example', 'plain HTTP is accepted on this machine'],
    ['ftp://gateway.example', 'must begin with https://'],
    ['https://agent:secret@gateway.example', 'user or a password'],
    ['https://gateway.example#v1', 'must not contain a "#" or a backslash'],
    ['http://127.0.0.1\\@gateway.example', 'must not contain a "#" or a backslash'],
    ['gateway', 'must be a URL'],
  ])('leads where it seems to, by TLS beyond this machine: %s', (url, fault) => {
    const told = transportFault(url, ['sandbox']);
    if (fault === undefined) expect(told).toBeUndefined();
    else expect(told).toContain(fault);
  });
});

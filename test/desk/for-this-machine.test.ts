import { isForThisMachine } from '../../desk/access/for-this-machine';

describe('the desk’s one-time link', () => {
  it.each([
    ['127.0.0.1', undefined, true],
    ['::1', undefined, true],
    ['0.0.0.0', undefined, false],
    ['10.1.2.3', undefined, false],
    ['0.0.0.0', 'http://127.0.0.1:8235', true], // a container’s port that is published on loopback
    ['0.0.0.0', 'http://localhost:8235', true],
    ['127.0.0.1', 'https://desk.example', false],
    ['0.0.0.0', 'http://127.0.0.1.evil.example', false],
  ])('at %s, reached as %s: is enough (%s)', (host, url, isEnough) => {
    expect(isForThisMachine(host, url)).toBe(isEnough);
  });
});

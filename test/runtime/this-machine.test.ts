import { endsAtThisMachine, isLoopback } from '../../runtime/this-machine';

describe('this machine', () => {
  it.each(['localhost', '127.0.0.1', '127.8.9.1', '::1', '[::1]'])(
    'is reached by itself alone, and is where a connection ends, at %s',
    (host) => {
      expect([isLoopback(host), endsAtThisMachine(host)]).toEqual([true, true]);
    },
  );

  it.each(['0.0.0.0', '::', '[::]'])(
    'is reached by every machine on %s, and a connection to it ends here all the same',
    (host) => {
      expect([isLoopback(host), endsAtThisMachine(host)]).toEqual([false, true]);
    },
  );

  it.each(['127.example', '127.0.0.1.example', 'localhost.example', 'app.localhost', '10.0.0.1', '0', ''])(
    'is not %j, whoever answers for that name',
    (host) => {
      expect([isLoopback(host), endsAtThisMachine(host)]).toEqual([false, false]);
    },
  );
});

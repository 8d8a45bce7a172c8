import '../support/quiet-runtime';
import { connectClient } from '../../client/connection/connect';
import { temporalTarget, type TemporalTarget } from '../../runtime/configuration/temporal-target';
import { connectWorker } from '../../worker/connection';
import { certificateAuthority } from '../support/certificates';
import { guardedTemporal, type GuardedTemporal } from '../support/guarded-temporal';

const CONFIG = { TEMPORAL_PORT: 1 };
const servers = certificateAuthority('authority of the servers');
const clients = certificateAuthority('authority of the clients');
const stranger = certificateAuthority('authority of nobody');
const own = clients.issue('worker');
const foreign = stranger.issue('worker');

let temporal: GuardedTemporal;
afterEach(() => temporal.close());

const ways = [
  ['a client', (target: TemporalTarget, withinMs?: number) => connectClient(target, withinMs)],
  ['a worker', (target: TemporalTarget) => connectWorker(target)],
] as const;

/** Temporal's own variables, as an operator sets them. */
const settings = (more: Record<string, string>) => ({
  TEMPORAL_ADDRESS: temporal.address,
  TEMPORAL_TLS_SERVER_CA_CERT_DATA: servers.certificate,
  ...more,
});
const OWN_PAIR = { TEMPORAL_TLS_CLIENT_CERT_DATA: own.certificate, TEMPORAL_TLS_CLIENT_KEY_DATA: own.key };

describe.each(ways)('%s of a Temporal that asks for a certificate', (_who, connect) => {
  beforeEach(async () => {
    temporal = await guardedTemporal(servers, clients);
  });

  it('is let in with its own', async () => {
    const connection = await connect(temporalTarget(CONFIG, settings(OWN_PAIR)));
    await connection.close();
    expect(temporal.callers).toHaveLength(1);
  });

  it.each([
    ['shows none', {}, 'the server requires a client certificate'],
    [
      'shows one of an authority that it does not trust',
      { TEMPORAL_TLS_CLIENT_CERT_DATA: foreign.certificate, TEMPORAL_TLS_CLIENT_KEY_DATA: foreign.key },
      'the server rejected the client certificate',
    ],
    [
      'trusts another authority than the server’s',
      { ...OWN_PAIR, TEMPORAL_TLS_SERVER_CA_CERT_DATA: stranger.certificate },
      'the server certificate is from an untrusted authority',
    ],
    [
      'expects a server of another name',
      { ...OWN_PAIR, TEMPORAL_TLS_SERVER_NAME: 'temporal.example' },
      'the server certificate is for another host name',
    ],
    ['speaks without TLS', { TEMPORAL_TLS: 'false', TEMPORAL_TLS_SERVER_CA_CERT_DATA: '' }, 'TLS'],
  ])(
    'gets nowhere when it %s, and says in one line where, why and what to check',
    async (_what, more, why) => {
      const target = temporalTarget(CONFIG, settings(more));
      const fault: unknown = await connect(target, 1_000).catch((thrown: unknown) => thrown);
      const [, reason, check] =
        /^Temporal cannot be reached at 127\.0\.0\.1:\d+: (.*)\. Check TEMPORAL_ADDRESS and (.*)\.$/.exec(
          fault instanceof Error ? fault.message : '',
        ) ?? [];
      expect([reason, check]).toEqual([
        expect.stringContaining(why),
        expect.stringContaining('TEMPORAL_TLS'),
      ]);
      expect(temporal.callers).toEqual([]);
    },
  );
});

describe.each(ways)('%s with an API key', (_who, connect) => {
  it('shows it and its headers at each call, inside TLS', async () => {
    temporal = await guardedTemporal(servers);
    const connection = await connect(
      temporalTarget(CONFIG, settings({ TEMPORAL_API_KEY: 'secret', TEMPORAL_GRPC_META_TENANT: 'sales' })),
    );
    await connection.close();
    expect(temporal.callers[0]?.getMap()).toMatchObject({ authorization: 'Bearer secret', tenant: 'sales' });
  });
});

import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadPackages } from '../../../catalogue/load';
import { loadRegistry } from '../../../channel/registry';
import { ConfigurationError, loadConfig } from '../../../config';
import { createKeyRing, readKeyRing } from '../../../encryption/key-ring-file';
import { certificateAuthority } from '../../support/certificates';
import { NO_SMALL_DISK, SmallDisk } from '../../support/small-disk';

const AUTHORITY = certificateAuthority('a test’s authority');

let folder: string;
let said: string[];
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'files-of-others-'));
  chmodSync(folder, 0o755); // others get to what is in it
  said = [];
  jest.spyOn(process.stderr, 'write').mockImplementation((line) => said.push(String(line)) > 0);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

function file(name: string, text: string, mode: number): string {
  const place = path.join(folder, name);
  writeFileSync(place, text);
  chmodSync(place, mode);
  return place;
}

const CHANNELS = '{"channels":[]}\n';

describe('a file that every user of the machine may change', () => {
  it.each([
    ['the channel registry', (place: string) => loadRegistry(place)],
    ['a catalogue', (place: string) => loadPackages(place)],
  ])('is refused with the way out: %s', (_, load) => {
    const place = file('some.json', CHANNELS, 0o666);
    expect(() => load(place)).toThrow(
      `${place} is not used: every user of this machine may change ${place}: \`chmod o-w ${place}\`, or keep some.json in another folder.`,
    );
  });

  it('is refused as the key ring', async () => {
    const ring = path.join(folder, 'ring.json');
    await createKeyRing(ring, new Date());
    chmodSync(folder, 0o777);
    expect(() => readKeyRing(ring)).toThrow(`every user of this machine may change ${folder}:`);
    chmodSync(folder, 0o1777); // as /tmp: each changes their own only
    expect(readKeyRing(ring).keys).toHaveLength(1);
  });

  it('is refused as a secret, and so is such a DATA_DIR', () => {
    const key = file('signing-key', 'a secret of some length', 0o606);
    const data = path.join(folder, 'data');
    mkdirSync(data);
    chmodSync(data, 0o777);
    const start = () => loadConfig({ RECONCILIATION_SIGNING_KEY_FILE: key, DATA_DIR: data });
    expect(start).toThrow(ConfigurationError);
    expect(start).toThrow(`RECONCILIATION_SIGNING_KEY_FILE: every user of this machine may change ${key}: `);
    expect(start).toThrow(`DATA_DIR: every user of this machine may change ${data}: `);
  });
});

describe('a file that decides whom keys and orders are sent to, and that every user may change', () => {
  it.each(['TEMPORAL_CONFIG_FILE', 'TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'NODE_EXTRA_CA_CERTS'])(
    'is refused with the way out: what %s names',
    (name) => {
      const place = file('deciding', AUTHORITY.certificate, 0o646);
      const start = () => loadConfig({ TEMPORAL_ADDRESS: 'temporal.example:7233', [name]: place });
      expect(start).toThrow(`${name}: every user of this machine may change ${place}: `);
    },
  );

  it.each(['TEMPORAL_TLS_SERVER_CA_CERT_PATH', 'NODE_EXTRA_CA_CERTS'])(
    'may be read by all, since it is no secret: what %s names',
    (name) => {
      const place = file('authority.pem', AUTHORITY.certificate, 0o644);
      loadConfig({ TEMPORAL_ADDRESS: 'temporal.example:7233', [name]: place });
      expect(said).toEqual([]);
    },
  );
});

describe('a profile of Temporal that all may read', () => {
  it.each([
    ['an API key', 'api_key = "k"'],
    ['a client key', '[profile.default.tls]\nclient_key_data = "k"'],
    ['a header with a password', '[profile.default.grpc_meta]\nauthorization = "Bearer k"'],
  ])('is used with a warning where it has %s', (_what, text) => {
    const place = file('temporal.toml', `[profile.default]\n${text}\n`, 0o644);
    loadConfig({ TEMPORAL_CONFIG_FILE: place });
    expect(said).toEqual([
      `TEMPORAL_CONFIG_FILE: every user of this machine may read ${place}, which holds a secret; chmod o-r ${place}.\n`,
    ]);
  });

  it('is used without one where it has no secret', () => {
    const place = file('temporal.toml', '[profile.default]\naddress = "temporal.example:7233"\n', 0o644);
    loadConfig({ TEMPORAL_CONFIG_FILE: place });
    expect(said).toEqual([]);
  });
});

describe('a file that some other user may change, or a secret that all may read', () => {
  it('is used with a warning: a secret that all may read', () => {
    const key = file('signing-key', 'a secret of some length', 0o644);
    loadConfig({ RECONCILIATION_SIGNING_KEY_FILE: key });
    expect(said).toEqual([
      `RECONCILIATION_SIGNING_KEY_FILE: every user of this machine may read ${key}, which holds a secret; chmod o-r ${key}.\n`,
    ]);
  });

  it.each(['CHANNELS_FILE', 'ENCRYPTION_KEYS_FILE'])('is used with a warning: what %s names', (name) => {
    const place = file('secrets.json', CHANNELS, 0o644);
    loadConfig({ [name]: place });
    expect(said).toEqual([
      `${name}: every user of this machine may read ${place}, which holds a secret; chmod o-r ${place}.\n`,
    ]);
  });

  it('is no matter where only its group reads a secret, or nobody else gets to it', () => {
    loadConfig({ RECONCILIATION_SIGNING_KEY_FILE: file('of-group', 'a secret of some length', 0o640) });
    const closed = file('closed', 'a secret of some length', 0o644);
    chmodSync(folder, 0o700);
    loadConfig({ RECONCILIATION_SIGNING_KEY_FILE: closed });
    expect(said).toEqual([]);
  });

  it('is no matter where it is a pipe', () => {
    loadConfig({ CHANNELS_FILE: '/dev/stdin' });
    expect(said).toEqual([]);
  });

  const asRoot = process.geteuid?.() === 0 ? it : it.skip;
  asRoot('is used with a warning: the registry of another owner', () => {
    const registry = file('channels.json', CHANNELS, 0o644);
    chownSync(registry, 61_301, 61_301);
    loadConfig({ CHANNELS_FILE: registry });
    expect(said).toEqual([
      `CHANNELS_FILE: another user of this machine may change ${registry}; make it your own (chown, chmod go-w).\n`,
    ]);
  });

  asRoot('is used with a warning: the registry that another group may change', () => {
    const registry = file('channels.json', CHANNELS, 0o664);
    chownSync(registry, 0, 61_301);
    loadConfig({ CHANNELS_FILE: registry });
    expect(said).toEqual([
      `CHANNELS_FILE: another user of this machine may change ${registry}; make it your own (chown, chmod go-w).\n`,
    ]);
  });

  asRoot('is used without one: a secret that root mounted for a service to read', () => {
    const secret = file('secret', 'from a file', 0o444);
    const geteuid = jest.spyOn(process, 'geteuid' as never).mockReturnValue(1000 as never); // the service
    loadConfig({
      MOBIFONE_CLIENT_SECRET_FILE: secret,
      CHANNELS_FILE: file('channels.json', CHANNELS, 0o644),
    });
    geteuid.mockRestore();
    expect(said).toEqual([]);
  });
});

const disk = SmallDisk.mount(64);
const mounted = disk ? it : it.skip;
afterAll(() => disk?.unmount());

describe(`a folder that is mounted, open to all, where chmod is not possible${disk ? '' : ` (${NO_SMALL_DISK})`}`, () => {
  const mount = (): SmallDisk => {
    if (!disk) throw new Error(NO_SMALL_DISK);
    return disk;
  };

  mounted('is used to read from, as a ConfigMap or a secret of Docker Desktop', () => {
    const [registry, secret] = [mount().path('channels.json'), mount().path('secret')];
    writeFileSync(registry, CHANNELS);
    writeFileSync(secret, 'a secret of some length');
    for (const place of [mount().folder, registry, secret]) chmodSync(place, 0o777);
    mount().makeReadOnly(true);
    try {
      said = []; // without what mount said
      jest.spyOn(process, 'geteuid' as never).mockReturnValue(1000 as never); // the service
      loadConfig({ CHANNELS_FILE: registry, RECONCILIATION_SIGNING_KEY_FILE: secret });
      expect(() => loadRegistry(registry)).not.toThrow();
      expect(said).toEqual([]);
    } finally {
      mount().makeReadOnly(false);
    }
  });

  mounted('is used with a warning as DATA_DIR, and what is in it, as an emptyDir of root’s', async () => {
    const data = mount().folder;
    const ring = mount().path('encryption-keys.json');
    await createKeyRing(ring, new Date());
    chmodSync(data, 0o777);
    loadConfig({ DATA_DIR: data });
    expect(said).toContain(
      `DATA_DIR: another user of this machine may change ${data}; make it your own (chown, chmod go-w).\n`,
    );
    expect(readKeyRing(ring).keys).toHaveLength(1);
  });

  mounted('is refused where it can be closed: a folder in it', () => {
    const data = mount().path('data');
    mkdirSync(data);
    chmodSync(data, 0o777);
    expect(() => loadConfig({ DATA_DIR: data })).toThrow(
      `DATA_DIR: every user of this machine may change ${data}: `,
    );
  });
});

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporalTarget } from '../../runtime/configuration/temporal-target';

const config = { TEMPORAL_PORT: 7400 };

test('without Temporal’s variables it is the embedded server', () => {
  expect(temporalTarget(config, { TEMPORAL_ADDRESS: '' })).toEqual({
    embedded: true,
    connectionOptions: { address: '127.0.0.1:7400' },
    namespace: 'default',
  });
});

test('an address, a namespace and an API key lead to an outside server over TLS', () => {
  const target = temporalTarget(config, {
    TEMPORAL_ADDRESS: 'temporal.example:7233',
    TEMPORAL_NAMESPACE: 'sales',
    TEMPORAL_API_KEY: 'secret',
  });
  expect(target).toMatchObject({
    embedded: false,
    namespace: 'sales',
    connectionOptions: { address: 'temporal.example:7233', apiKey: 'secret', tls: true },
  });
});

test('a profile of the configuration file is used when it is asked for', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'profile-'));
  const file = join(folder, 'temporal.toml');
  await writeFile(file, '[profile.prod]\naddress = "temporal.example:7233"\nnamespace = "prod"\n');
  const target = temporalTarget(config, { TEMPORAL_CONFIG_FILE: file, TEMPORAL_PROFILE: 'prod' });
  expect(target).toMatchObject({ embedded: false, namespace: 'prod' });
  await rm(folder, { recursive: true });
});

test('an API key without a server is a fault, not a purchase sent to the wrong place', () => {
  expect(() => temporalTarget(config, { TEMPORAL_API_KEY: 'secret' })).toThrow(/set TEMPORAL_ADDRESS/);
});

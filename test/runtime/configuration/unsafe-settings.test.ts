import { loadConfig } from '../../../config';
import { unsafeSettings, type ServingPart } from '../../../runtime/configuration/unsafe-settings';

const NOW = new Date('2026-12-01T00:00:00Z');
const MOBIFONE = { MOBIFONE_BASE_URL: 'https://gateway.example' };
const warnings = (part: ServingPart, environment: NodeJS.ProcessEnv) =>
  unsafeSettings(loadConfig(environment), part, NOW);

describe('a setting that is allowed and unsafe', () => {
  it.each<[ServingPart, NodeJS.ProcessEnv, RegExp]>([
    ['api', { ENCRYPTION: 'off' }, /^ENCRYPTION=false: .*in clear/],
    ['worker', { ENCRYPTION: 'off' }, /^ENCRYPTION=false: /],
    [
      'worker',
      { ENCRYPTION_CLEAR_TEXT_UNTIL: '9999-12-31T00:00:00Z' },
      /^ENCRYPTION_CLEAR_TEXT_UNTIL: until 9999-12-31/,
    ],
    ['worker', { INSECURE_HTTP_HOSTS: '127.0.0.1,sandbox' }, /^INSECURE_HTTP_HOSTS: sandbox /],
    ['api', { API_HOST: '0.0.0.0' }, /^API_HOST=0\.0\.0\.0: .*plain HTTP/],
    [
      'desk',
      { DESK_HOST: '::', DESK_OIDC_ISSUER: 'https://id.example', DESK_OIDC_CLIENT_ID: 'd' },
      /^DESK_HOST=::/,
    ],
    ['codec-server', { CODEC_SERVER_HOST: '10.0.0.1', CODEC_SERVER_OPEN: 'true' }, /^CODEC_SERVER_HOST=10/],
    [
      'worker',
      { ...MOBIFONE, WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true' },
      /^WEBHOOK_ALLOW_PRIVATE_ADDRESSES=true: /,
    ],
  ])('is named at the start of the %s: %j', (part, environment, line) => {
    expect(warnings(part, environment)).toEqual([expect.stringMatching(line)]);
  });

  it.each<[ServingPart, NodeJS.ProcessEnv]>([
    ['worker', {}],
    ['worker', { API_HOST: '0.0.0.0', DESK_HOST: '0.0.0.0' }],
    ['worker', { ENCRYPTION_CLEAR_TEXT_UNTIL: '2026-11-01T00:00:00Z' }],
    ['worker', { WEBHOOK_ALLOW_PRIVATE_ADDRESSES: 'true' }],
    ['api', { API_HOST: '0.0.0.0', API_TRUSTED_PROXIES: '1' }],
    ['desk', { DESK_HOST: '0.0.0.0', DESK_URL: 'http://127.0.0.1:8235' }],
  ])('is not named where it is not in force, or of another part: %s %j', (part, environment) => {
    expect(warnings(part, environment)).toEqual([]);
  });
});

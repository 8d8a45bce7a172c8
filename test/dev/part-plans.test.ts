import { loadConfig } from '../../config';
import { partPlans } from '../../dev/part-plans';
import type { ReadyDetails } from '../../dev/supervisor/child-part';
import { gatewayTerms } from '../../runtime/configuration/purchase-policy';

const names = (environment: NodeJS.ProcessEnv, hasDemoChannels = true) =>
  partPlans(loadConfig(environment), hasDemoChannels).map(({ name }) => name);

/** MobiFone itself, and what it knows us by. */
const MOBIFONE = {
  MOBIFONE_BASE_URL: 'https://gateway.example',
  MOBIFONE_CLIENT_ID: 'agent',
  MOBIFONE_CLIENT_SECRET: 'secret',
};

describe('npm start', () => {
  it('starts what each part needs before it, the demo shop last', () => {
    expect(names({})).toEqual(['temporal', 'codec-server', 'sandbox', 'worker', 'api', 'desk', 'storefront']);
  });

  it('has no demo shop where there are no demo channels', () => {
    expect(names({}, false)).toEqual(['temporal', 'codec-server', 'sandbox', 'worker', 'api', 'desk']);
  });

  it('never sells for a pretended payment at MobiFone itself', () => {
    expect(names(MOBIFONE)).toEqual(['temporal', 'codec-server', 'worker', 'api', 'desk']);
  });

  it('has nothing that decrypts where nothing is encrypted', () => {
    expect(names({ ENCRYPTION: 'off' })).not.toContain('codec-server');
  });

  it('tells the codec server whose Web UI it decrypts for, whatever port the system chose', () => {
    const ready = new Map<string, ReadyDetails>([['temporal', { port: 4003, uiPort: 4004 }]]);
    const codecServer = partPlans(loadConfig({ TEMPORAL_UI_PORT: '0' }), true)[1];
    expect(codecServer?.environment?.(ready)).toEqual({ TEMPORAL_UI_PORT: '4004' });
  });

  it('tells the desk where Temporal and its Web UI are, whatever ports the system chose', () => {
    const ready = new Map<string, ReadyDetails>([['temporal', { port: 4003, uiPort: 4004 }]]);
    const desk = partPlans(loadConfig({ TEMPORAL_UI_PORT: '0' }), true).find(({ name }) => name === 'desk');
    expect(desk?.environment?.(ready)).toMatchObject({ TEMPORAL_PORT: '4003', TEMPORAL_UI_PORT: '4004' });
  });

  it('tells the demo shop where the API and the sandbox are, whatever ports the system chose', () => {
    const config = loadConfig({ API_PORT: '0', SANDBOX_PORT: '0' });
    const ready = new Map<string, ReadyDetails>([
      ['sandbox', { port: 4001 }],
      ['api', { port: 4002 }],
    ]);
    const storefront = partPlans(config, true).find(({ name }) => name === 'storefront');
    expect(storefront?.environment?.(ready)).toMatchObject({
      API_PORT: '4002',
      MOBIFONE_BASE_URL: 'http://127.0.0.1:4001',
    });
  });

  it('believes the sandbox as early as the documents say, unless a settle time is set', () => {
    const settleTime = (given: NodeJS.ProcessEnv) => {
      const worker = partPlans(loadConfig(given), true).find(({ name }) => name === 'worker');
      const ready = new Map<string, ReadyDetails>([['sandbox', { port: 4001 }]]);
      return gatewayTerms(loadConfig({ ...given, ...worker?.environment?.(ready) })).finalAfterMs;
    };
    expect(settleTime({})).toBe(5_000);
    expect(settleTime({ MOBIFONE_FINAL_AFTER: '7s' })).toBe(7_000);
    expect(settleTime(MOBIFONE)).toBe(120_000);
  });

  it('has the parts call a sandbox that listens on another address of this machine', () => {
    const config = loadConfig({ SANDBOX_HOST: '10.1.2.3' });
    const worker = partPlans(config, true).find(({ name }) => name === 'worker');
    const environment = worker?.environment?.(new Map([['sandbox', { port: 4001 }]]));
    expect(loadConfig(environment).MOBIFONE_BASE_URL).toBe('http://10.1.2.3:4001');
  });

  it.each([
    [undefined, 'true'],
    ['false', 'false'],
  ])('lets webhooks reach the inbox on loopback unless somebody forbids it: %s', (given, expected) => {
    const name = 'WEBHOOK_ALLOW_PRIVATE_ADDRESSES';
    if (given !== undefined) process.env[name] = given;
    try {
      const worker = partPlans(loadConfig({}), true).find((part) => part.name === 'worker');
      expect(worker?.environment?.(new Map())).toMatchObject({ [name]: expected });
    } finally {
      delete process.env[name];
    }
  });

  it('has the worker reconcile with the sandbox’s file, unless another source is named', () => {
    const ready = new Map<string, ReadyDetails>([['sandbox', { port: 4001 }]]);
    const sourceOf = (environment: NodeJS.ProcessEnv) =>
      partPlans(loadConfig(environment), true)
        .find(({ name }) => name === 'worker')
        ?.environment?.(ready)['RECONCILIATION_SOURCE'];
    expect(sourceOf({})).toBe('http://127.0.0.1:4001/sandbox/settlement?date={date}');
    const named = 'file:///srv/settlement-{date}.csv';
    expect(sourceOf({ RECONCILIATION_SOURCE: named })).toBe(named);
    expect(sourceOf(MOBIFONE)).toBeUndefined();
  });
});

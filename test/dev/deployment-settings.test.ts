import { loadConfig, loadOperatorConfig } from '../../config';

const NAME = { WORKER_DEPLOYMENT_NAME: 'purchases' };
const BUILD = { WORKER_BUILD_ID: 'build-1' };

describe('a worker’s deployment and its build', () => {
  it('are set together, or neither: otherwise the one that is missing is named', () => {
    expect(loadConfig({ ...NAME, ...BUILD })).toMatchObject({ ...NAME, ...BUILD });
    expect(loadConfig({}).WORKER_BUILD_ID).toBeUndefined();
    expect(() => loadConfig(NAME)).toThrow(/^ {2}WORKER_BUILD_ID: must be set as well/m);
    expect(() => loadConfig(BUILD)).toThrow(/^ {2}WORKER_DEPLOYMENT_NAME: must be set as well/m);
  });

  it('are told of along with every other fault', () => {
    expect(() => loadConfig({ ...NAME, API_PORT: 'none' })).toThrow(
      /^ {2}API_PORT: .*\n {2}WORKER_BUILD_ID: /m,
    );
  });

  it('have names that Temporal takes', () => {
    expect(() => loadConfig({ ...BUILD, WORKER_DEPLOYMENT_NAME: 'a.b' })).toThrow('must not contain "."');
    expect(() => loadConfig({ ...NAME, WORKER_BUILD_ID: '__b' })).toThrow('must not begin with "__"');
  });

  it('may be the deployment alone for an operator’s command, which is no build', () => {
    expect(loadOperatorConfig(NAME)).toMatchObject(NAME);
  });
});

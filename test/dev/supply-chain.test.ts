import { readdirSync, readFileSync } from 'node:fs';
import { isAllowedLicence } from '../../dev/supply-chain/licences';
import { UNNEEDED_INSTALL_SCRIPTS } from '../../dev/supply-chain/lockfile';
import { lockedPackages, lockfileFaults, type Lockfile } from '../../dev/supply-chain/lockfile';
import { licenceOf, OTHER_FOLDERS, otherLockfileFaults, ownLockfile } from '../../dev/supply-chain/main';

const GOOD = { version: '1.0.0', integrity: `sha512-${'A'.repeat(86)}==`, license: 'MIT' };
const lockfile = (more: object): Lockfile => ({
  lockfileVersion: 3,
  packages: { '': { version: '0.1.0' }, 'node_modules/thing': { ...GOOD, ...more } },
});
const faultsOf = (more: object) => lockfileFaults(lockfile(more), ({ license }) => license);

describe('what our lockfile installs', () => {
  it('is held by a hash, comes from a registry, runs no script that is needed, and may be used', () => {
    expect(lockedPackages(ownLockfile()).length).toBeGreaterThan(300);
    expect(lockfileFaults(ownLockfile(), licenceOf)).toEqual([]);
  });

  it('is said of no package that is not there', () => {
    const withScripts = lockedPackages(ownLockfile()).filter(({ hasInstallScript }) => hasInstallScript);
    expect(new Set(Object.keys(UNNEEDED_INSTALL_SCRIPTS))).toEqual(
      new Set(withScripts.map(({ name }) => name)),
    );
  });

  it('is held so as well in the folders that are installed by a command of their own', () => {
    expect(otherLockfileFaults()).toEqual([]);
    expect(OTHER_FOLDERS.map(({ folder }) => `${folder}/package-lock.json`)).toEqual(
      readdirSync('.', { recursive: true, encoding: 'utf8' })
        .filter((file) => /^(?!.*(?:^|\/)(?:node_modules|\.[^/]+)\/).*\/package-lock\.json$/.test(file))
        .toSorted(),
    );
    for (const { folder } of OTHER_FOLDERS)
      expect(readFileSync(`${folder}/.npmrc`, 'utf8')).toMatch(/^ignore-scripts=true$/m);
  });

  it('is named by exact versions, so that nobody gets another', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    for (const version of [...Object.values(dependencies), ...Object.values(devDependencies)]) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(-[\w.]+)?$/);
    }
  });

  it('is installed without running anybody’s script, here, in CI and in the image', () => {
    expect(readFileSync('.npmrc', 'utf8')).toMatch(/^ignore-scripts=true$/m);
    expect(readFileSync('Dockerfile', 'utf8')).toMatch(/COPY .*\.npmrc.*\n.*npm ci/);
  });
});

describe('a lockfile', () => {
  it('is taken when it is whole', () => {
    expect(faultsOf({})).toEqual([]);
    expect(faultsOf({ resolved: 'https://registry.example/thing/-/thing-1.0.0.tgz' })).toEqual([]);
  });

  it.each([
    ['no hash', { integrity: undefined }, 'has no SHA-512'],
    ['a weak hash', { integrity: 'sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=' }, 'has no SHA-512'],
    ['plain HTTP', { resolved: 'http://registry.example/thing-1.0.0.tgz' }, 'no registry behind HTTPS'],
    ['a repository', { resolved: 'git+ssh://git@example.com/thing.git#abc' }, 'no registry behind HTTPS'],
    ['a folder', { link: true }, 'is a link'],
    ['a script that nobody judged', { hasInstallScript: true }, 'runs a script'],
    ['a licence that binds us', { license: 'AGPL-3.0-only' }, 'is under AGPL-3.0-only'],
    ['no licence', { license: undefined }, 'names no licence'],
  ])('is refused for %s', (_what, more, fault) => {
    expect(faultsOf(more)).toEqual([expect.stringMatching(new RegExp(`^node_modules/thing: .*${fault}`))]);
  });
});

describe('an expression of licences', () => {
  it.each([
    ['MIT', true],
    ['(MIT OR CC0-1.0)', true],
    ['(MIT OR GPL-3.0-only)', true],
    ['GPL-3.0-only OR MIT', true],
    ['Apache-2.0 AND MIT', true],
    ['MIT AND GPL-3.0-only', false],
    ['GPL-3.0-only', false],
    ['(MIT OR ISC) AND GPL-2.0-only', false],
    ['MIT AND (GPL-2.0-only OR ISC)', true],
    ['Apache-2.0 WITH LLVM-exception', false],
    ['SEE LICENSE IN FILE', false],
    ['', false],
    ['(MIT', false],
  ])('%s: %s', (expression, allowed) => {
    expect(isAllowedLicence(expression)).toBe(allowed);
  });
});

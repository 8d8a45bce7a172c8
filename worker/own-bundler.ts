import path from 'node:path';
import type { BundleOptions } from '@temporalio/worker';

type BundlerConfiguration = Parameters<NonNullable<BundleOptions['webpackConfigHook']>>[0];
type Rule = NonNullable<NonNullable<BundlerConfiguration['module']>['rules']>[number];

const PROGRAM = path.resolve(__dirname, '..');
/** Where the program is a package of another one, its own packages may be installed beside it. */
const PACKAGES = path.resolve(require.resolve('@temporalio/workflow/package.json'), '../../..');
const OWN_FILES = new RegExp(`^(?:${[PROGRAM, PACKAGES].map(literally).join('|')})[\\\\/]`);

/** Left alone, swc reads a `.swcrc` in any folder above a source, which can rewrite the code. */
const NO_CONFIGURATION_FILES = { swcrc: false, configFile: false };

/**
 * Keeps the bundler to the program's own folder and packages. Left alone it looks in the working folder, and in each
 * folder above that and above the program, for `browserslist` (whose `extends` runs a package), `.swcrc` and
 * `node_modules`; in a folder such as /tmp any user of the machine may have put them there.
 */
export function ownBundler(configuration: BundlerConfiguration): BundlerConfiguration {
  return {
    ...configuration,
    context: PROGRAM,
    target: 'web', // what the bundler takes where it finds no `browserslist`
    resolve: { ...configuration.resolve, restrictions: [OWN_FILES] },
    module: { ...configuration.module, rules: configuration.module?.rules?.map(withoutConfigurationFiles) },
  };
}

function withoutConfigurationFiles(rule: Rule): Rule {
  if (!rule || typeof rule !== 'object') return rule;
  const { use } = rule;
  if (!use || typeof use !== 'object' || Array.isArray(use) || typeof use.options !== 'object') return rule;
  return { ...rule, use: { ...use, options: { ...use.options, ...NO_CONFIGURATION_FILES } } };
}

function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
}

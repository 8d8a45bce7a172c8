import path from 'node:path';

const PACKAGE = path.resolve(__dirname, '../..');

/**
 * A path of the command line, as whoever gave it means it: from the folder that the command was called in. `npm run`
 * goes to the package's own folder first, and tells the caller's.
 */
export function callerPath(given: string, caller: CallerProcess = process): string {
  const calledIn = caller.env['INIT_CWD'];
  const byOurOwnNpmScript =
    caller.env['npm_package_json'] === path.join(PACKAGE, 'package.json') && caller.cwd() === PACKAGE;
  return path.resolve(byOurOwnNpmScript && calledIn ? calledIn : caller.cwd(), given);
}

/** What of the process says where it was called. */
interface CallerProcess {
  env: NodeJS.ProcessEnv;
  cwd(): string;
}

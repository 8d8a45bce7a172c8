import type { Command } from 'commander';
import { loadConfig } from '../config';
import type * as desk from '../desk/main';
import { runPart } from '../runtime/process';
import { explain, PURCHASE_SETTINGS } from './terminal/help';
import { print, type JsonOption } from './terminal/output';

/** `desk`: the operators' desk as a process of its own, until it is stopped. */
export function addDesk(command: Command): void {
  explain(
    command
      .option('--json', 'print the address as JSON')
      .description('runs the operators’ desk: a web page on which they see what needs attention, and act'),
    ['datacode desk', 'datacode desk --json', 'DESK_PORT=9000 datacode desk'],
    [
      ...PURCHASE_SETTINGS,
      'DESK_HOST',
      'DESK_PORT',
      'DESK_URL',
      'DESK_OIDC_ISSUER',
      'DESK_OIDC_CLIENT_ID',
      'DESK_OIDC_CLIENT_SECRET',
      'DESK_OIDC_ROLE_CLAIM',
      'CHANNELS_FILE',
      'PACKAGES_FILE',
      'TEMPORAL_UI_URL',
    ],
  ).action((options: JsonOption) => {
    runPart(async () => {
      // other commands do not wait for a web server to load; `import()` would not find TypeScript from the installed command
      const { openDoorFaults, startDesk } = require('../desk/main') as typeof desk; // what that file exports
      const part = await startDesk(loadConfig(process.env, openDoorFaults));
      const address = String(part.details?.['link']);
      print(options, { address }, () => [address]);
      return part;
    });
  });
}

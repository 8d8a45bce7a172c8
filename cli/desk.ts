import type { Command } from 'commander';
import { loadConfig } from '../config';
import { reportProgress, runPart } from '../runtime/process';
import { explain, PURCHASE_SETTINGS } from './terminal/help';

/** `desk`: the operators' desk as a process of its own, until it is stopped. */
export function addDesk(command: Command): void {
  explain(
    command.description(
      'runs the operators’ desk: a web page on which they see what needs attention, and act',
    ),
    ['datacode desk', 'DESK_PORT=9000 datacode desk'],
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
  ).action(() => {
    runPart(async () => {
      const { startDesk } = await import('../desk/main.js'); // other commands do not wait for a web server to load
      const desk = await startDesk(loadConfig());
      reportProgress(`Operators’ desk: ${String(desk.details?.['link'])}`);
      return desk;
    });
  });
}

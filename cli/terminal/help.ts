import type { Command } from 'commander';
import { configSchema } from '../../config';

type Setting = keyof typeof configSchema.shape;

/** Settings of the verbs that ask Temporal; its own variables (TLS, API key) come with them. */
export const TEMPORAL_SETTINGS = ['TEMPORAL_ADDRESS', 'TEMPORAL_PORT', 'DATA_DIR'] as const;
/** Settings of the verbs that also read what Temporal stores encrypted. */
export const PURCHASE_SETTINGS = [...TEMPORAL_SETTINGS, 'ENCRYPTION', 'ENCRYPTION_KEYS_FILE'] as const;

/**
 * Adds examples and environment variables to a verb's help.
 * @param examples whole lines for a shell
 * @param settings names of `config.ts`, whose descriptions are shown; none where the verb reads no setting
 */
export function explain(
  command: Command,
  examples: readonly string[],
  settings: readonly Setting[],
): Command {
  return command.addHelpText(
    'after',
    [
      '',
      'Examples:',
      ...examples.map((example) => `  ${example}`),
      '',
      'Environment variables:',
      ...(settings.length === 0 ? ['  none'] : settings.map(settingInWords)),
      ...(settings.includes('TEMPORAL_ADDRESS')
        ? ['  TEMPORAL_NAMESPACE, TEMPORAL_API_KEY, TEMPORAL_TLS…  Access to an outside Temporal server.']
        : []),
    ].join('\n'),
  );
}

/** A verb with `--json`, which all but a few have, and with its help; see `explain`. */
export function verb(
  command: Command,
  does: string,
  examples: readonly string[],
  settings: readonly Setting[],
): Command {
  command.option('--json', 'print the result as JSON').description(does);
  return explain(command, examples, settings);
}

function settingInWords(name: Setting): string {
  return `  ${name}  ${(configSchema.shape[name].description ?? '').replaceAll('`', '')}`;
}

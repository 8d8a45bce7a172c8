import { fileURLToPath } from 'node:url';
import type { FixedValues } from '../../runtime/configuration/fixed-values';
import { transportFault } from '../../runtime/transport';
import { folderSource } from './folder';
import { httpSource } from './http';
import {
  SourceSettingsFault,
  type SettlementSource,
  type SourceLimits,
} from '../../domain/reconciliation/settlement-source';

/** The settings of the source; see `config.ts`. */
export interface SourceSettings {
  RECONCILIATION_SOURCE: string;
  RECONCILIATION_SOURCE_TOKEN?: string | undefined;
  INSECURE_HTTP_HOSTS: readonly string[];
  fixed: Pick<FixedValues, 'reconciliationSourceTimeoutMs' | 'settlementFileMaxBytes'>;
}

const EXAMPLES = 'file:///srv/mobifone/settlement-{date}.csv or https://files.example/settlement?date={date}';

/**
 * The source that an address names: `file:` for a folder, `https:` or `http:` for a server.
 * @throws SourceSettingsFault
 */
export function sourceFromSettings(settings: SourceSettings): SettlementSource {
  const template = settings.RECONCILIATION_SOURCE;
  const token = settings.RECONCILIATION_SOURCE_TOKEN;
  const limits: SourceLimits = {
    largestBytes: settings.fixed.settlementFileMaxBytes,
    timeoutMs: settings.fixed.reconciliationSourceTimeoutMs,
  };
  if (!URL.canParse(template)) throw fault(`is not a URL; examples: ${EXAMPLES}`);
  if (!template.includes('{date}'))
    throw fault(`must contain {date} where the day goes; examples: ${EXAMPLES}`);
  const { protocol } = new URL(template);
  switch (protocol) {
    case 'file:':
      return folderSource(folderTemplate(template), limits);
    case 'https:':
    case 'http:': {
      const unsafe = transportFault(template, settings.INSECURE_HTTP_HOSTS);
      if (unsafe !== undefined) throw fault(`${unsafe} (a token goes into RECONCILIATION_SOURCE_TOKEN)`);
      return httpSource(template, limits, token);
    }
    default:
      throw fault(`must begin with file:, https: or http:; examples: ${EXAMPLES}`);
  }
}

/** The path of a `file:` address, whose braces a URL would keep as `%7B`. */
function folderTemplate(template: string): string {
  try {
    return fileURLToPath(template); // which decodes them again
  } catch {
    throw fault('must name a file on this machine, such as file:///srv/mobifone/settlement-{date}.csv');
  }
}

function fault(what: string): SourceSettingsFault {
  return new SourceSettingsFault(`RECONCILIATION_SOURCE ${what}`);
}

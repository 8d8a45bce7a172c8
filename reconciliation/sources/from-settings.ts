import { fileURLToPath } from 'node:url';
import type { FixedValues } from '../../runtime/configuration/fixed-values';
import { sourceAddressFault } from '../../runtime/configuration/source-address';
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
  const unusable = sourceAddressFault(template);
  if (unusable !== undefined) throw fault(unusable);
  if (new URL(template).protocol === 'file:') return folderSource(fileURLToPath(template), limits); // which decodes its braces
  const unsafe = transportFault(template, settings.INSECURE_HTTP_HOSTS);
  if (unsafe !== undefined) throw fault(`${unsafe} (a token goes into RECONCILIATION_SOURCE_TOKEN)`);
  return httpSource(template, limits, token);
}

function fault(what: string): SourceSettingsFault {
  return new SourceSettingsFault(`RECONCILIATION_SOURCE ${what}`);
}

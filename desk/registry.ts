import { existsSync } from 'node:fs';
import { loadPackages } from '../catalogue/load';
import { registryFileSchema, type RegistryFile } from '../channel/registry-file';
import { hasLimit, type NumberLimits } from '../domain/purchase/sale-count';
import { readJsonFile } from '../runtime/json-file';

/** What may be sold to one number on a day; without a channel, over all of them. */
export type LimitsOfNumbers = readonly { channel: string | undefined; limits: NumberLimits }[];

/** The codes of the catalogue's packages. @throws UnusableFile */
export function packageCodes(packagesFile: string): string[] {
  return loadPackages(packagesFile).map(({ code }) => code);
}

/** The names of the registered channels; undefined on a machine without a registry. @throws UnusableFile */
export function channelNames(channelsFile: string): string[] | undefined {
  return registry(channelsFile)?.channels.map(({ name }) => name);
}

/** The limits that are set: over all channels, then each channel's own. @throws UnusableFile */
export function limitsOfNumbers(channelsFile: string): LimitsOfNumbers {
  const { limits: overall = {}, channels = [] } = registry(channelsFile) ?? {};
  return [
    { channel: undefined, limits: overall },
    ...channels.map(({ name, limits = {} }) => ({ channel: name, limits })),
  ].filter(({ limits }) => hasLimit(limits));
}

function registry(channelsFile: string): RegistryFile | undefined {
  if (!existsSync(channelsFile)) return undefined;
  return readJsonFile(channelsFile, registryFileSchema, 'set CHANNELS_FILE.');
}

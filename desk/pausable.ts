import { existsSync } from 'node:fs';
import { loadPackages } from '../catalogue/load';
import { registryFileSchema } from '../channel/registry-file';
import { readJsonFile } from '../runtime/json-file';

/** The codes of the catalogue's packages. @throws UnusableFile */
export function packageCodes(packagesFile: string): string[] {
  return loadPackages(packagesFile).map(({ code }) => code);
}

/** The names of the registered channels; undefined on a machine without a registry. @throws UnusableFile */
export function channelNames(channelsFile: string): string[] | undefined {
  if (!existsSync(channelsFile)) return undefined;
  return readJsonFile(channelsFile, registryFileSchema, 'set CHANNELS_FILE.').channels.map(
    ({ name }) => name,
  );
}

import { followFile, type Following } from '../runtime/followed-file';
import { loadRegistry, type ChannelRegistry } from './registry';

/**
 * The channel registry of a file, followed as it changes, so that keys and secrets are replaced while all goes on.
 * @throws UnusableFile when there is none to begin with
 */
export function followRegistry(file: string, following: Following): ChannelRegistry {
  const current = followFile(file, loadRegistry, following);
  return {
    byKey: (presentedKey) => current().byKey(presentedKey),
    byName: (name) => current().byName(name),
  };
}

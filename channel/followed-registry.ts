import { statSync } from 'node:fs';
import { loadRegistry, type ChannelRegistry } from './registry';

/** How often the file is looked at, at most, milliseconds. */
const LOOK_EVERY_MS = 1_000;

interface Following {
  /** Told once of each change that cannot be used; the registry before it stays in force. */
  onUnusable: (fault: unknown) => void;
  /** A clock that only goes forward, milliseconds. */
  clock?: () => number;
}

/**
 * The channel registry of a file, followed as it changes, so that keys and secrets are replaced while all goes on.
 * It is looked at when somebody asks, so there is nothing to stop.
 * @throws UnusableFile when there is none to begin with
 */
export function followRegistry(file: string, { onUnusable, clock = monotonic }: Following): ChannelRegistry {
  let version = versionOf(file);
  let registry = loadRegistry(file);
  let lookedAt = clock();

  function current(): ChannelRegistry {
    if (clock() - lookedAt < LOOK_EVERY_MS) return registry;
    lookedAt = clock();
    const found = versionOf(file);
    if (found === version) return registry;
    version = found; // also of a file that cannot be used: it is told once
    try {
      registry = loadRegistry(file);
    } catch (fault) {
      onUnusable(fault);
    }
    return registry;
  }

  return {
    byKey: (presentedKey) => current().byKey(presentedKey),
    byName: (name) => current().byName(name),
  };
}

function monotonic(): number {
  return performance.now();
}

/** Changes whenever the file does; a file that is replaced has another number even at the same time and size. */
function versionOf(file: string): string {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats ? `${stats.ino}:${stats.mtimeMs}:${stats.size}` : 'none';
}

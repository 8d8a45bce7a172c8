import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';

/** Sizes of all files below a folder, bytes, added up by what they are. */
export function fileSizes(folder: string): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const kind = kindOf(path.relative(folder, file));
    sizes[kind] = (sizes[kind] ?? 0) + (statSync(file, { throwIfNoEntry: false })?.size ?? 0);
  }
  return sizes;
}

function kindOf(file: string): string {
  if (file.endsWith('.db')) return 'database';
  if (file.endsWith('.db-wal')) return 'write-ahead log';
  if (file.startsWith('sandbox-ledger')) return 'ledger';
  return file.startsWith(`logs${path.sep}`) ? 'logs' : 'others';
}

/** A command cannot do what it was asked; the message is the one line that its caller reads. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** Why the system refused a file, in words. */
export function reasonOf(fault: unknown): string {
  const code =
    typeof fault === 'object' && fault !== null && 'code' in fault ? String(fault.code) : undefined;
  if (code === undefined) return fault instanceof Error ? fault.message : String(fault);
  return REASONS[code] ?? code;
}

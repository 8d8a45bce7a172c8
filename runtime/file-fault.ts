/** Our own code beside the system's. */
export const OF_ANOTHER_USER = 'OF_ANOTHER_USER';

/** Reasons that an operator can act on. */
const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'no permission',
  EPERM: 'no permission',
  EBUSY: 'it is mounted by itself: mount its folder instead',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  EEXIST: 'a file of that name is there',
  [OF_ANOTHER_USER]: 'it is a link or pipe of another user',
  ENOENT: 'the folder is not there and cannot be made',
};

/** Code of a file system error, such as `ENOENT`. Read by its shape: under jest, Node's errors are of another realm. */
export function codeOf(fault: unknown): string {
  return String((fault as NodeJS.ErrnoException).code ?? fault); // Node's file errors carry a code
}

/** Why a file system call failed, in words where an operator can act on it, else its code. */
export function reasonOf(fault: unknown): string {
  const code = codeOf(fault);
  return REASONS[code] ?? code;
}

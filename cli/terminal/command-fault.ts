import { codeOf, reasonOf as reasonOfCode } from '../../runtime/file-fault';

/** A command cannot do what it was asked; the message is the one line that its caller reads. */
export class CommandFault extends Error {
  override readonly name = 'CommandFault';
}

/** Why the system refused a file, in words. */
export function reasonOf(fault: unknown): string {
  if (codeOf(fault) === 'ENOENT') return 'it is not there';
  return fault instanceof Error && !('code' in fault) ? fault.message : reasonOfCode(fault);
}

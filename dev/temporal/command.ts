import { spawn } from 'node:child_process';

/** A command could not be started, failed, or took too long; the message carries its last output. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}

const OUTPUT_TAIL_CHARS = 600;

/**
 * Runs a program to its end.
 * @param options.signal stops the program when aborted; its reason becomes the failure
 * @param options.environment added to this process's own
 * @param options.cwd its working folder; this process's own unless given
 * @returns what it wrote on stdout
 * @throws CommandFailed
 */
export function run(
  program: string,
  commandArguments: readonly string[],
  options: { signal?: AbortSignal; environment?: Readonly<Record<string, string>>; cwd?: string } = {},
): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, commandArguments, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.environment },
      signal: options.signal,
      cwd: options.cwd,
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.once('error', (error) =>
      reject(new CommandFailed(`${program}: ${reasonOf(error, options.signal)}`)),
    );
    child.once('close', (code, signal) => {
      if (code === 0) return resolve(stdout);
      const words = (stderr.trim() || stdout.trim()).slice(-OUTPUT_TAIL_CHARS);
      reject(new CommandFailed(`${program} ended with ${code ?? signal}${words ? `: ${words}` : ''}`));
    });
  });
}

/** For an aborted command, the reason of the abort. */
function reasonOf(error: Error, signal: AbortSignal | undefined): string {
  if (signal?.aborted) return signal.reason instanceof Error ? signal.reason.message : String(signal.reason);
  return 'code' in error && error.code === 'ENOENT' ? 'not found on the PATH' : error.message;
}

/** Under the supervisor a line goes to its terminal, otherwise to ours. */
export function say(line: string): void {
  if (process.send && process.connected) process.send({ type: 'progress', line });
  else process.stdout.write(`${line}\n`);
}

/** A program that a part of the cluster runs did not come up, or died; the message carries its last words. */
export class ClusterProgramFailed extends Error {
  override readonly name = 'ClusterProgramFailed';
}

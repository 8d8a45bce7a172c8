const LOOK_EVERY_MS = 500;

/**
 * Calls `stop` when the shell has gone that npm runs a script in: npm passes a SIGTERM to that shell alone, which ends
 * without a word to us. Where npm did not start this process, it may outlive its parent.
 */
export function whenNpmIsGone(stop: () => void): void {
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const shell = process.ppid;
  const look = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(look);
    stop();
  }, LOOK_EVERY_MS);
  look.unref();
}

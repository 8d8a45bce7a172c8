import { spawnSync } from 'node:child_process';

function start(argument: string) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ['--require', './runtime/typescript.cjs', 'dev/start.ts', argument],
    { encoding: 'utf8', timeout: 60_000 },
  );
  return { status, stdout, stderr };
}

describe('npm start with an argument', () => {
  it('says what it does when it is asked for help, and starts nothing', () => {
    const { status, stdout } = start('--help');
    expect(status).toBe(0);
    expect(stdout).toContain('npm start takes no arguments');
  });

  it('names an argument that it does not know', () => {
    const { status, stderr } = start('--port=4000');
    expect(status).toBe(1);
    expect(stderr).toContain('Unknown argument --port=4000');
  });
});

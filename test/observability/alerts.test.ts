import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';

const run = promisify(execFile);
const FOLDER = 'observability/prometheus';
const STORIES = ['alerts.test.yml', 'alerts.days.test.yml'];

/** PROMTOOL_PATH, or one on the PATH; nothing when there is none. */
const PROMTOOL = [
  process.env['PROMTOOL_PATH'],
  ...(process.env['PATH'] ?? '').split(path.delimiter).map((folder) => path.join(folder, 'promtool')),
].find((place) => place !== undefined && existsSync(place));
const describeWithPromtool = PROMTOOL ? describe : describe.skip;
if (!PROMTOOL) {
  process.stderr.write(
    'No promtool here: the alert rules are not tried. Install Prometheus (Debian: prometheus), or set PROMTOOL_PATH.\n',
  );
}

interface Stories {
  tests: { promql_expr_test?: { expr: string; exp_samples: { value: number }[] }[] }[];
}

async function promtool(...words: readonly string[]): Promise<string> {
  const { stdout } = await run(PROMTOOL ?? '', words, { cwd: FOLDER });
  return stdout;
}

describeWithPromtool('the alert rules, by Prometheus’ own tool', () => {
  it('are rules, and so is the configuration around them', async () => {
    expect(await promtool('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
    expect(await promtool('check', 'config', 'prometheus.yml')).toContain('SUCCESS');
  });

  it('fire in their stories and stay silent in the others', async () => {
    expect(await promtool('test', 'rules', ...STORIES)).toContain('SUCCESS');
  });
});

describe('every alert', () => {
  it('has a story in which it fires', () => {
    const { groups } = parse(readFileSync(`${FOLDER}/alerts.yml`, 'utf8')) as {
      groups: { rules: { alert: string }[] }[];
    };
    const firing = STORIES.map((file) => parse(readFileSync(`${FOLDER}/${file}`, 'utf8')) as Stories)
      .flatMap(({ tests }) => tests)
      .flatMap((test) => test.promql_expr_test ?? [])
      .filter(({ exp_samples }) => exp_samples.some(({ value }) => value > 0))
      .map(({ expr }) => /alertname="(\w+)"/.exec(expr)?.[1]);
    const fired = new Set(firing);
    const alerts = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    expect(alerts.length).toBeGreaterThan(20);
    expect(alerts.filter((alert) => !fired.has(alert))).toEqual([]);
  });
});

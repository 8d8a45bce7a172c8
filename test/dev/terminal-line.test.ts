import { terminalLine } from '../../dev/supervisor/terminal-line';

test('a purchase is one line', () => {
  const line = terminalLine(
    'worker',
    JSON.stringify({
      level: 30,
      event: 'purchase.outcome',
      externalId: 'try-1',
      channel: 'demo',
      packageCode: 'D90',
      msisdn: '8490****567',
      outcome: 'rolled_back',
      reason: 'insufficient_balance',
      durationMs: 1234,
    }),
  );
  expect(line).toMatch(
    /^\d\d:\d\d:\d\d {2}rolled_back {2}\(insufficient_balance\) {2}D90 {2}for {2}8490\*{4}567 {2}demo {2}try-1 {2}1\.23 s$/,
  );
});

test.each([
  ['an info line', '{"level":30,"msg":"hello"}'],
  ['a line that is no JSON', 'Temporal UI: …'],
  ['a broken line', '{"level":50'],
  ['a warning of the Temporal server', '{"level":"WARN","msg":"network dial error"}'],
])('%s stays in the log file', (_what, line) => {
  expect(terminalLine('part', line)).toBeUndefined();
});

test.each([
  ['{"level":40,"msg":"late"}', 'api: late'],
  ['{"level":50,"msg":"broken","err":{"message":"disk\\n full"}}', 'api: broken: disk full'],
  ['{"level":"ERROR","msg":"service failures","error":"closed"}', 'api: service failures: closed'],
])('%s is shown in one short line', (line, shown) => {
  expect(terminalLine('api', line)).toBe(shown);
});

import { settingsOf } from '../../cli/reconcile/comparison-options';
import { CommandFault } from '../../cli/terminal/command-fault';
import { loadOperatorConfig } from '../../config';
import { reconciliationRules } from '../../runtime/configuration/reconciliation-rules';

const FAR = 'cut-off-minutes: at most 180';
const LARGE = 'tolerance: more than 1000 đồng needs a tolerance-total';

/** The words by which configured rules are refused; nothing where they are taken. */
function refusal(text: string): string | undefined {
  return reconciliationRules().safeParse(text).error?.issues[0]?.message;
}

describe('rules by which a file without the day’s sales would read clean', () => {
  it.each([
    ['cut-off-minutes=181', FAR],
    ['cut-off-minutes=1440', FAR],
    ['cut-off-minutes=999999999999', FAR],
    ['tolerance=1001', LARGE],
    ['tolerance=999999999, cut-off-minutes=30', LARGE],
  ])('are refused at start: %s', (text, words) => {
    expect(refusal(text)).toContain(words);
  });

  it.each(['tolerance=5,tolerance=90000', 'thousands=accept, tolerance=5, thousands=accept'])(
    'are refused where one is said twice: %s',
    (text) => {
      expect(refusal(text)).toContain('occurs more than once');
    },
  );

  it('are refused by a name that there is not', () => {
    expect(refusal('constructor=5')).toContain('"constructor=5" is not a rule');
  });

  it('are refused where one has two values', () => {
    expect(refusal('tolerance=5=900')).toContain('"tolerance=5=900" is not a rule');
  });

  it.each([
    '',
    'tolerance = 5 , thousands = accept',
    'cut-off-minutes=180',
    'tolerance=1000',
    'tolerance-total=50000,tolerance=5000',
    'cut-off-minutes=0',
  ])('are none where little can be let pass: %j', (text) => {
    expect(refusal(text)).toBeUndefined();
  });

  it.each([
    [{ cutOffMinutes: 181 }, FAR],
    [{ tolerance: 1001 }, LARGE],
  ])('are refused of a command: %j', (options, words) => {
    const config = loadOperatorConfig();
    expect(() => settingsOf(options, config)).toThrow(CommandFault);
    expect(() => settingsOf(options, config)).toThrow(words);
  });

  it('are those of the command and of the configuration together', () => {
    const config = loadOperatorConfig();
    const { RECONCILIATION_RULES: rules } = config;
    const withTotal = { ...config, RECONCILIATION_RULES: { ...rules, toleranceTotal: 50_000 } };
    expect(settingsOf({ tolerance: 5_000 }, withTotal)).toMatchObject({
      tolerance: 5_000,
      toleranceTotal: 50_000,
    });
  });
});

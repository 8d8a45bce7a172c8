import type { DayRun } from '../../reconciliation/schedule/days';
import type { LocalDay } from '../../domain/local-time';
import type { ReconciliationResult } from '../../domain/reconciliation/reconciliation';
import { dayInFull, dayLine, exitOf } from '../../cli/reconcile/day-words';
import { EMPTY_FILE, brokenDay, reconciledDay } from '../support/reconciliation-lab';

const DAY = '2026-11-23' as LocalDay;

function run(result: ReconciliationResult | null, standing: DayRun['standing'] = 'failed'): DayRun {
  return {
    day: DAY,
    standing: result?.kind ?? standing,
    workflowId: `reconciliation:${DAY}`,
    startedAt: new Date('2026-11-23T23:00:00Z'),
    closedAt: result ? new Date('2026-11-23T23:05:00Z') : null,
    result,
  };
}

const MISSING = {
  kind: 'not_reconciled',
  day: DAY,
  reason: 'file_missing',
  detail: 'the source answered 404',
} as const;

describe('what `reconcile list` says of a day, in one line', () => {
  it.each([
    ['a clean one', run(reconciledDay(DAY)), 'clean           1 sales, payable 84150, difference 0'],
    [
      'one with breaks',
      run(brokenDay(DAY)),
      'breaks          1 sales, payable 84150, difference 84150, 90000 at stake, 1 missing_there',
    ],
    ['one whose file is missing', run(MISSING), 'file_missing    the source answered 404'],
    ['one under way', run(null, 'running'), `running         see workflow reconciliation:${DAY}`],
    ['one that was cut off', run(null), `failed          see workflow reconciliation:${DAY}`],
  ])('%s', (_, given, line) => {
    expect(dayLine(given)).toBe(`${DAY}  ${line}`);
  });
});

describe('what `reconcile show` says of a day', () => {
  it('is all that its result holds, in local time', () => {
    expect(dayInFull(run(brokenDay(DAY)))).toEqual([
      `${DAY}: breaks`,
      `  begun 06:00 24/11/2026, ended 06:05 24/11/2026, workflow reconciliation:${DAY}`,
      '  ours 1 sales, 90000 gross, 5850 discount, 84150 payable',
      '  theirs 0 sales, 0 gross, 0 discount, 0 payable',
      '  difference 90000 gross, 5850 discount, 84150 payable',
      '  1 missing_there',
      '  90000 at stake',
      `  file day: 1 line(s), sha256 ${EMPTY_FILE}`,
      `  report sha256 ${'b'.repeat(64)}`,
      `  /reports/${DAY}/bbbbbbbbbbbbbbbb.json`,
    ]);
  });

  it('says why a day could not be reconciled', () => {
    expect(dayInFull(run(MISSING))).toContain(
      '  MobiFone’s file of the day did not arrive. the source answered 404',
    );
  });

  it('exits as a run by hand would have: 0 clean, 1 with breaks, 2 when it was never compared', () => {
    const exits = [run(reconciledDay(DAY)), run(brokenDay(DAY)), run(MISSING), run(null)].map(exitOf);
    expect(exits).toEqual([0, 1, 2, 2]);
  });
});

import type { LagSample } from '../../../cli/gateway-check/inquiry-lag';
import { settingsThatFollow } from '../../../cli/gateway-check/settings-that-follow';
import type { Finding } from '../../../cli/gateway-check/probe';

const finding = (id: string, result: Finding['result']): Finding => ({ id, title: id, result, because: [] });
const after = (lagMs: number | undefined): LagSample => ({ call: 'register', lagMs, before: [] });
const measured = (lags: readonly (number | undefined)[], landingsMs: number[] = []) => ({
  lag: { samples: lags.map(after), isTooLong: lags.includes(undefined), maxLagMs: 60_000 },
  seen: { landingsMs },
});

describe('the settings that follow', () => {
  it('name the promises that hold, and neither a measurement nor what could not be probed', () => {
    const findings = [
      finding('token', 'holds'),
      finding('P1', 'holds'),
      finding('P2', 'does_not_hold'),
      finding('P4', 'measured'),
      finding('P6', 'not_probed'),
      finding('P7', 'holds'),
    ];
    expect(settingsThatFollow(findings, measured([10])).MOBIFONE_PROMISES).toBe('P1,P7');
  });

  it.each([
    { lags: [3, 12, 7], landingsMs: [], expected: '5s', why: 'five seconds at least' },
    { lags: [1_300, 40], landingsMs: [], expected: '6s', why: 'four times the largest lag, rounded up' },
    { lags: [100], landingsMs: [9_000], expected: '36s', why: 'a cut command that landed later counts' },
  ])('wait for $expected: $why', ({ lags, landingsMs, expected }) => {
    expect(settingsThatFollow([], measured(lags, landingsMs)).MOBIFONE_FINAL_AFTER).toBe(expected);
  });

  it('leave the wait alone where the inquiry was not right in time, or nothing was measured', () => {
    for (const lags of [[5, undefined], []]) {
      const settings = settingsThatFollow([], measured(lags));
      expect(settings.MOBIFONE_FINAL_AFTER).toBeUndefined();
      expect(settings.because.join(' ')).toContain('stays as it is');
    }
  });
});

import { batchStateInWords } from '../../cli/batch-state';
import { newProgress } from '../../domain/batch/progress';

describe('a batch whose workflow was ended from outside', () => {
  const progress = { ...newProgress(3, '2026-11-30T08:00:00.000Z'), state: 'cancelled' as const };

  it('is named so in lists of the command, unlike one that somebody cancelled', () => {
    expect(batchStateInWords({ progress, isCutOff: true })).toBe('cancelled, ended from outside');
    expect(batchStateInWords({ progress })).toBe('cancelled');
  });
});

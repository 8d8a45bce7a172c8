import { ago, moment } from '../../cli/terminal/moment';

describe('a moment that a command is given', () => {
  it('is a date and time with its zone, or a duration from now', () => {
    expect(moment('2026-12-31T17:00:00Z').toISOString()).toBe('2026-12-31T17:00:00.000Z');
    expect(moment('2027-01-01T00:00:00+07:00').toISOString()).toBe('2026-12-31T17:00:00.000Z');
    const inADay = moment('24h').getTime() - Date.now();
    expect(inADay).toBeGreaterThan(23 * 3600_000);
    expect(inADay).toBeLessThanOrEqual(24 * 3600_000);
  });

  it.each(['0907654321', '2026', '1', '2026-12-31', '2026-12-31T17:00:00', '31/12/2026', 'tomorrow', ''])(
    'is not guessed from %j: it would be another for each reader',
    (text) => {
      expect(() => moment(text)).toThrow(/It must be a moment such as 2026-12-31T17:00:00Z/);
    },
  );

  it.each(['30', '0', '', '-5m', 'yesterday'])('lies no duration back that is written %j', (text) => {
    expect(() => ago(text)).toThrow(/It must be a duration such as 5m or 2h/);
  });
});

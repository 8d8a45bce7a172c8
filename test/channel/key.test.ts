import { describeKey, newChannelKey } from '../../channel/key';

describe('a new key of a channel', () => {
  it('has 192 random bits', () => {
    const keys = Array.from({ length: 100 }, () => newChannelKey('dck_live_'));
    for (const key of keys)
      expect(Buffer.from(key.slice('dck_live_'.length), 'base64url')).toHaveLength(192 / 8);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('ends in four characters that a command does not take for an option', () => {
    const ends = Array.from({ length: 2_000 }, () => describeKey(newChannelKey('dck_test_')).lastFour);
    expect(ends.filter((end) => end.startsWith('-'))).toEqual([]);
  });
});

import { describeKey, newChannelKey } from '../../channel/key';

describe('a new key of a channel', () => {
  it('ends in four characters that a command does not take for an option', () => {
    const ends = Array.from({ length: 2_000 }, () => describeKey(newChannelKey('dck_test_')).lastFour);
    expect(ends.filter((end) => end.startsWith('-'))).toEqual([]);
  });
});

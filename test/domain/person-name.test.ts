import { nameOfClaims } from '../../domain/person-name';

describe('the name of a person whom the identity provider names', () => {
  it.each([
    ['an address', { email: 'lan.0901234567@agent.example', email_verified: true }],
    ['a user name', { preferred_username: 'lan 0901 234 567', sub: 'a' }],
    ['the subject', { sub: '0901234567' }],
    ['both', { preferred_username: '0901234567@agent', sub: '84901234567' }],
  ])('has no subscriber’s number in the session either, as it is recorded: %s', (_, claims) => {
    expect(nameOfClaims(claims)).toContain('****567');
    expect(nameOfClaims(claims)).not.toMatch(/234.?567/);
  });

  it('is told from another’s whose name is masked alike', () => {
    const named = (email: string, sub: string) => nameOfClaims({ email, email_verified: true, sub });
    const [one, other] = [named('0901234567@agent.example', 'a1'), named('0912234567@agent.example', 'b2')];
    expect(one).toBe('****567@agent.example (a1)');
    expect(other).not.toBe(one);
  });

  it('stays as it is without one', () => {
    expect(nameOfClaims({ email: 'lan@agent.example', email_verified: true })).toBe('lan@agent.example');
    expect(nameOfClaims({ preferred_username: 'lan', sub: '105123456789012345678' })).toBe('lan');
    expect(nameOfClaims({ preferred_username: 'lan@x', sub: '105123456789012345678' })).toBe(
      'lan@x (105123456789012345678)',
    );
  });
});

import { isHalfSold } from '../../domain/case/closed-evidence';

describe('a sale that stands half at MobiFone', () => {
  it.each(['never_received', 'refused', 'rolled_back'] as const)(
    'is one that is registered, and whose charge was ordered and is %s',
    (charge) => expect(isHalfSold({ registration: 'done', charge })).toBe(true),
  );

  it.each([
    { registration: 'done', charge: 'done' },
    { registration: 'done' }, // prepaid: the registration is all
    { registration: 'rolled_back', charge: 'refused' },
    { registration: 'done', charge: 'no_answer' },
    { registration: 'no_answer', charge: 'refused' },
    {},
  ] as const)('is not what MobiFone does not say: %j', (answers) => expect(isHalfSold(answers)).toBe(false));
});

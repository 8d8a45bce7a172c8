import { mutated, type Mutation } from './mutation';

const MUTATION: Mutation = {
  name: 'a refusal is taken for done',
  file: 'steps.ts',
  find: "if (answer.kind === 'refused') return this.stop(answer, step);",
  replace: "if (answer.kind === 'refused') return this.close(answer);",
  invariant: 'I2',
  likeliest: 'steps.test.ts',
};
const REST = 'close(one: Answer) {}';

describe('a mutation of code that was changed since it was written', () => {
  it('is found in another layout, and beside comments', () => {
    const text = `if (
      answer.kind === 'refused' // by MobiFone
    )
      return this.stop(answer, step);
    ${REST}`;
    expect(mutated(text, MUTATION)).toBe(`${MUTATION.replace}\n    ${REST}`);
  });

  it('is found under new names, and is itself written in them', () => {
    const text = `if (verdict.kind === 'refused') return this.halt(verdict, place); ${REST}`;
    expect(mutated(text, MUTATION)).toBe(
      `if (verdict.kind === 'refused') return this.close(verdict); ${REST}`,
    );
  });

  it.each([
    ['one name became two', `if (verdict.kind === 'refused') return this.halt(other, place); ${REST}`],
    ['two names became one', `if (verdict.kind === 'refused') return this.halt(verdict, verdict); ${REST}`],
    ['a string is another', `if (answer.kind === 'done') return this.stop(answer, step); ${REST}`],
  ])('is not found when %s', (_, text) => {
    expect(() => mutated(text, MUTATION)).toThrow(
      '"a refusal is taken for done" does not fit steps.ts: found 0 times',
    );
  });

  it('is refused where it is found twice', () => {
    const text = `${MUTATION.find} ${MUTATION.find} ${REST}`;
    expect(() => mutated(text, MUTATION)).toThrow('found 2 times, not once');
  });

  it('is refused when it needs a name that went, since it would be noticed for that alone', () => {
    const text = "if (verdict.kind === 'refused') return halt(verdict, place);";
    const mutation = {
      ...MUTATION,
      find: text.replaceAll('verdict', 'answer'),
      replace: 'return gone(answer);',
    };
    expect(() => mutated(text, mutation)).toThrow('gone is not in the file: return gone(answer);');
  });
});

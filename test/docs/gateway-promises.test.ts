import { readFileSync } from 'node:fs';
import { GATEWAY_PROMISES, GATEWAY_PROMISE_NAMES } from '../../domain/gateway-promises';
import { PROBE_IDS } from '../../cli/gateway-check/probe';
import { EXCUSES } from '../support/excuses';

const page = readFileSync('docs/gateway-promises.md', 'utf8');

/** The text under the heading of a promise. */
function sectionOf(promise: string): string {
  const [, section = ''] = page.split(`\n## ${promise}\n`);
  return section.split('\n## ')[0] ?? '';
}

/** The sentence of each list item about what remains possible, without the explanation in brackets. */
const remaining = GATEWAY_PROMISE_NAMES.flatMap((promise) =>
  [...sectionOf(promise).matchAll(/^- (When [^\n]*)$/gm)].map(([, sentence = '']) => ({
    promise,
    sentence: sentence.replace(/ \([A-Z].*\)$/, ''),
  })),
);

describe.each(GATEWAY_PROMISE_NAMES)('the section of %s', (promise) => {
  it('begins with the promise itself', () => {
    expect(sectionOf(promise).trim().split('\n')[0]).toBe(`> ${GATEWAY_PROMISES[promise]}`);
  });

  it('says what rests on it, what we do without it, what then remains, and which probe finds out', () => {
    const section = sectionOf(promise);
    for (const part of ['What rests on it', 'Without it', 'What then remains possible', 'Probe']) {
      expect(section).toContain(`**${part}.**`);
    }
    expect(section).toContain(`\`--only ${promise}\``);
    expect(PROBE_IDS).toContain(promise);
  });
});

describe('what remains possible', () => {
  it.each(EXCUSES.map(({ id, without, sentence }) => ({ id, without, sentence })))(
    'has the excuse $id of the simulation under a promise that it needs, and names the others',
    ({ without, sentence }) => {
      const told = remaining.filter((each) => each.sentence === sentence);
      expect(told).toHaveLength(1);
      const [{ promise } = { promise: undefined }] = told;
      expect(without).toContain(promise);
      const line = page.split('\n').find((each) => each.includes(sentence)) ?? '';
      for (const other of without) if (other !== promise) expect(line).toContain(`Without ${other} as well`);
    },
  );

  it('claims no other that the simulation would not excuse', () => {
    const excused = new Set<string>(EXCUSES.map(({ sentence }) => sentence));
    expect(remaining.filter(({ sentence }) => !excused.has(sentence))).toEqual([]);
  });
});

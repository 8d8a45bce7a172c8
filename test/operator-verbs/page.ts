import { groupBy } from '../support/group-by';
import type { Cell } from './play';
import type { Scene } from './scenes';
import type { Verdict } from './verdict';
import { verbName, type Verb } from './verb';

/** Where a purchase stood, and the result there in words. */
type Results = Map<Scene, string>;

/**
 * The whole matrix as docs/failure-modes.md has it: first every step without any action, then for each action only
 * where its result differs. Actions with the same result share an entry.
 */
export function verbsList(verdicts: ReadonlyMap<Cell, Verdict>): string {
  const results = new Map<Verb, Results>();
  for (const [{ verb, scene }, { words }] of verdicts) {
    results.set(verb, (results.get(verb) ?? new Map<Scene, string>()).set(scene, words));
  }
  const untouched = [...results].find(([{ name }]) => name === 'nothing')?.[1] ?? new Map<Scene, string>();
  const entries = new Map<string, string[]>();
  for (const [verb, ends] of results) {
    if (ends === untouched) continue;
    const text = differences(ends, untouched);
    entries.set(text, [...(entries.get(text) ?? []), verbName(verb)]);
  }
  const list = [...entries].map(([text, verbs]) => {
    const actions = verbs.map((verb) => `- ${verb}`).join('\n');
    return `**${verbs.length > 1 ? 'Actions' : 'Action'}:**\n\n${actions}\n\n${text}`;
  });
  return [`**Without any action**\n\n${byWords(untouched)}`, ...list].join('\n\n');
}

function differences(ends: Results, untouched: Results): string {
  const all = new Set(ends.values());
  const different = new Map([...ends].filter(([scene, words]) => words !== untouched.get(scene)));
  if (different.size === 0) return '**Result:** as without any action.';
  if (all.size === 1) return `**Result:** ${[...all].join('')}, at every step.`;
  const others = different.size < ends.size ? '\n- elsewhere: as without any action' : '';
  return `**Result:**\n\n${byWords(different)}${others}`;
}

/** One item a result, and below it the steps by what was wrong with them. */
function byWords(ends: Results): string {
  const groups = groupBy(ends.keys(), (scene) => ends.get(scene));
  return [...groups].map(([words, scenes]) => [`- ${words}:`, ...byMatter(scenes)].join('\n')).join('\n');
}

function byMatter(scenes: readonly Scene[]): string[] {
  const lost = new Map<string, Set<string>>();
  for (const { form, step, matter } of scenes) {
    const where = `${form} ${step}`;
    lost.set(where, (lost.get(where) ?? new Set()).add(matter));
  }
  const steps = groupBy(lost.keys(), (where) => mattersInWords([...(lost.get(where) ?? [])]));
  return [...steps].map(([matter, places]) => `  - ${matter}: ${places.join('; ')}`);
}

/** `reply lost before or after the effect` for two of the matters. */
function mattersInWords(matters: readonly string[]): string {
  const [first = '', second] = matters;
  if (second === undefined) return first;
  return matters.length === 2 && second === first.replace('before the effect', 'after the effect')
    ? first.replace('before the effect', 'before or after the effect')
    : matters.join(', or ');
}

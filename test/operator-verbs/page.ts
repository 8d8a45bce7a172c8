import type { Cell } from './play';
import { sceneName } from './scenes';
import type { Verdict } from './verdict';
import { verbName, type Verb } from './verb';

/** The whole matrix as docs/failure-modes.md has it: the verbs that lead to the same are told of together. */
export function verbsList(verdicts: ReadonlyMap<Cell, Verdict>): string {
  const scenes = new Map<Verb, Map<string, string[]>>();
  for (const [{ verb, scene }, { words }] of verdicts) {
    const ends = scenes.get(verb) ?? new Map<string, string[]>();
    scenes.set(verb, ends.set(words, [...(ends.get(words) ?? []), sceneName(scene)]));
  }
  const verbs = new Map<string, string[]>();
  for (const [verb, ends] of scenes) {
    const told = endsOf(ends);
    verbs.set(told, [...(verbs.get(told) ?? []), verbName(verb)]);
  }
  return [...verbs].map(([told, names]) => `**${names.join(' · ')}**\n\n${told}`).join('\n\n');
}

function endsOf(ends: ReadonlyMap<string, readonly string[]>): string {
  if (ends.size === 1) return [...ends.keys()].map((words) => `- at every step: ${words}`).join('\n');
  return [...ends].map(([words, names]) => `- ${words}: ${names.join('; ')}`).join('\n');
}

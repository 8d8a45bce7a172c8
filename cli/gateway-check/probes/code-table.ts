import { Evidence, type Probe, type ProbeContext } from '../probe';

/** Every answer of all probes counts. */
export const CODE_TABLE: Probe = {
  id: 'codes',
  title: 'The dialect knows every result code',
  cost: () => ({}),
  run: async (context) => weighed(context),
  review: weighed,
};

function weighed({ line }: ProbeContext): Evidence {
  const evidence = new Evidence();
  const seen = [...line.codes].sort();
  const unknown = seen.filter((code) => !line.dialect.resultCodes.has(code));
  for (const code of unknown) {
    evidence.against(
      `The code ${code.slice(0, 32)} is not in the dialect’s table: ask MobiFone what it means.`,
    );
  }
  if (seen.length > unknown.length) {
    const known = seen.filter((code) => line.dialect.resultCodes.has(code));
    evidence.for(
      `Codes seen and known: ${known.map((code) => `${code} (${line.dialect.resultCodes.get(code)?.text})`).join(', ')}.`,
    );
  }
  return evidence;
}

import { fileURLToPath } from 'node:url';

const EXAMPLES = 'file:///srv/mobifone/settlement-{date}.csv or https://files.example/settlement?date={date}';

/** Why an address names no source of settlement files; undefined when it does. It is not repeated: it may hold a password. */
export function sourceAddressFault(template: string): string | undefined {
  if (!URL.canParse(template)) return `is not a URL; examples: ${EXAMPLES}`;
  if (!template.includes('{date}')) return `must contain {date} where the day goes; examples: ${EXAMPLES}`;
  const { protocol } = new URL(template);
  if (protocol === 'file:') return fileFault(template);
  if (protocol === 'https:' || protocol === 'http:') return undefined;
  return `must begin with file:, https: or http:; examples: ${EXAMPLES}`;
}

function fileFault(template: string): string | undefined {
  const { search, hash } = new URL(template);
  if (search !== '' || hash !== '') return 'must have nothing behind the path of a file: no ? and no #';
  try {
    fileURLToPath(template);
    return undefined;
  } catch {
    return 'must name a file on this machine, such as file:///srv/mobifone/settlement-{date}.csv';
  }
}

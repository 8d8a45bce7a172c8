import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describeKey } from '../../channel/key';
import { registryFileSchema } from '../../channel/registry-file';

const page = readFileSync('docs/channels.md', 'utf8');
const example = JSON.parse(/```json\n([\s\S]*?)```/.exec(page)?.[1] ?? '') as { channels: [object] };

describe('the page on channels', () => {
  it('shows a registry that is read', () => {
    expect(registryFileSchema.parse(example).channels).toHaveLength(1);
  });

  it('names every field of a channel', () => {
    const fields = Object.keys(registryFileSchema.shape.channels.element.shape);
    expect(fields.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
  });

  it('makes a key and a secret that are read', () => {
    const script = /node -e '\n([\s\S]*?)'\n/.exec(page)?.[1] ?? '';
    const [key = '', secret = '', entry = ''] = execFileSync(process.execPath, ['-e', script], {
      encoding: 'utf8',
    })
      .trim()
      .split('\n')
      .map((line) => line.replace(/^[\w ]+: /, ''));
    expect(JSON.parse(entry)).toEqual(describeKey(key));
    const [channel] = example.channels;
    const made = { ...channel, keys: [JSON.parse(entry) as object], webhookSecret: secret };
    expect(registryFileSchema.safeParse({ channels: [made] }).success).toBe(true);
  });
});

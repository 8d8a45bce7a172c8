import { readdirSync, readFileSync } from 'node:fs';

const PAGES = readdirSync('docs').filter((name) => name.endsWith('.md'));
const DOCUMENTS = [
  'README.md',
  'SECURITY.md',
  'docker-compose.temporal.yml',
  ...PAGES.map((name) => `docs/${name}`),
];
/** A command that writes a secret into a file: a password, a private key, or a channel's key. */
const WRITES_SECRET = /(openssl rand|add-key) [^>]*>|signing-\d+\.pem.*> |genpkey .*-out/;

const lines = DOCUMENTS.flatMap((file) => readFileSync(file, 'utf8').split('\n'));

describe('a command of the documents that handles a secret', () => {
  it('writes it into a file that only its owner reads', () => {
    const writing = lines.filter((line) => WRITES_SECRET.test(line));
    expect(writing.length).toBeGreaterThan(4);
    expect(writing.filter((line) => !line.includes('umask 077'))).toEqual([]);
  });

  it('does not put it among its arguments, which every user of the machine may list', () => {
    expect(lines.filter((line) => /--(codec-auth|api-key|token|password)[ =]"?[^ `]/.test(line))).toEqual([]);
  });
});

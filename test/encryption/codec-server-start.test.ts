import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadConfig } from '../../config';
import { startCodecServer } from '../../encryption/codec-server/main';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(path.join(tmpdir(), 'codec-server-'))));
afterEach(() => rmSync(folder, { recursive: true }));
const configured = (environment: NodeJS.ProcessEnv) =>
  loadConfig({ DATA_DIR: folder, CODEC_SERVER_PORT: '0', LOG_LEVEL: 'silent', ...environment });

/** How a preflight of this origin is answered. */
async function preflight(port: unknown, origin: string): Promise<number> {
  const url = `http://127.0.0.1:${String(port)}/decode`;
  const { status } = await fetch(url, { method: 'OPTIONS', headers: { origin } });
  return status;
}

describe('the codec server as it is started', () => {
  it('serves the embedded Web UI, and one that is named, and no other, unless told otherwise', async () => {
    const part = await startCodecServer(
      configured({ TEMPORAL_UI_PORT: '9001', TEMPORAL_UI_URL: 'https://ui.example/base/' }),
    );
    const port = part.details?.['port'];
    for (const origin of ['http://127.0.0.1:9001', 'http://localhost:9001', 'https://ui.example']) {
      expect([origin, await preflight(port, origin)]).toEqual([origin, 204]);
    }
    expect(await preflight(port, 'http://127.0.0.1:8233')).toBe(403);
    await part.stop();
  });

  it('serves the origins that it is given instead', async () => {
    const part = await startCodecServer(
      configured({ CODEC_SERVER_ORIGINS: 'https://a.example, https://b.example' }),
    );
    const port = part.details?.['port'];
    expect(await preflight(port, 'https://b.example')).toBe(204);
    expect(await preflight(port, 'http://127.0.0.1:8233')).toBe(403);
    await part.stop();
  });

  it('does not listen beyond loopback for whoever comes, unless somebody says that it may', async () => {
    const open = { CODEC_SERVER_HOST: '0.0.0.0' };
    await expect(startCodecServer(configured(open))).rejects.toThrow(
      /would decrypt for anyone who reaches 0\.0\.0\.0/,
    );
    for (const reason of [{ CODEC_SERVER_TOKEN: 'a-token-for-commands' }, { CODEC_SERVER_OPEN: 'true' }]) {
      await (await startCodecServer(configured({ ...open, ...reason }))).stop();
    }
  });

  it('is not configured for people whose tokens could be of anybody or for anything', () => {
    const jwks = { CODEC_SERVER_JWKS_URL: 'https://login.example/keys' };
    expect(() => configured(jwks)).toThrow(/CODEC_SERVER_JWKS_URL: needs CODEC_SERVER_JWT_ISSUER/);
    expect(() => configured({ CODEC_SERVER_ORIGINS: 'https://a.example/path' })).toThrow(/is not an origin/);
  });
});

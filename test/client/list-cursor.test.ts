import { createHash } from 'node:crypto';
import { cursorKeysOf, ListCursors } from '../../client/list-cursor';
import { keyRingOf } from '../../encryption/key-ring';

const QUERY = "WorkflowType = 'purchase' AND Channel = 'shop'";
const TOKEN = new TextEncoder().encode('{"CloseTime":"2026-11-24T03:05:00Z","RunID":"…"}');
const SECRET = 'a secret of thirty-two characters';

/** What the cursors of earlier versions were: anybody could make one for any token. */
function unkeyed(query: string, token: Uint8Array): string {
  const place = Buffer.from(token).toString('base64');
  const digest = createHash('sha256').update(JSON.stringify([query, place]));
  const seal = digest.digest('base64url').slice(0, 22);
  return Buffer.from(JSON.stringify({ place, seal })).toString('base64url');
}

describe('a cursor that the API handed out', () => {
  const cursors = new ListCursors(cursorKeysOf(SECRET));

  it('is opened by every process with the same secret, for its own list only', async () => {
    const cursor = await cursors.seal(QUERY, TOKEN);
    const elsewhere = new ListCursors(cursorKeysOf(SECRET));
    expect(Buffer.from((await elsewhere.open(QUERY, cursor)) ?? []).toString()).toBe(
      Buffer.from(TOKEN).toString(),
    );
    expect(await cursors.open(QUERY.replace('shop', 'other'), cursor)).toBeUndefined();
  });

  it('shows nothing of Temporal’s token, and fits into an address', async () => {
    const cursor = await cursors.seal(QUERY, TOKEN);
    expect(cursor).toMatch(/^[A-Za-z0-9._-]{1,2048}$/);
    for (const part of cursor.split('.')) {
      expect(Buffer.from(part, 'base64url').toString()).not.toContain('CloseTime');
    }
  });

  it('is still opened after the key ring got a new key, and no longer once its own key was shredded', async () => {
    const key = (id: string, fill: number) => ({
      id,
      key: Buffer.alloc(32, fill).toString('base64'),
      madeAt: '2026-11-01T00:00:00.000Z',
    });
    const [older, newer] = [key('older', 1), key('newer', 2)];
    const ring = (...keys: (typeof older)[]) =>
      keyRingOf({ current: keys.at(-1)?.id ?? '', keys, shredded: [] });
    const over = (...keys: (typeof older)[]) => {
      const known = ring(...keys);
      return new ListCursors(() => known.all().map(({ cursors: each }) => each));
    };
    const cursor = await over(older).seal(QUERY, TOKEN);
    expect(await over(older, newer).open(QUERY, cursor)).toBeDefined();
    expect(await over(newer).open(QUERY, cursor)).toBeUndefined();
  });
});

describe('a cursor that somebody made up', () => {
  const cursors = new ListCursors(cursorKeysOf(SECRET));

  it.each([
    ['around garbage, as earlier versions sealed theirs', () => unkeyed(QUERY, Buffer.from('garbage'))],
    ['with another key', () => new ListCursors(cursorKeysOf(undefined)).seal(QUERY, TOKEN)],
    ['without encryption', () => 'eyJhbGciOiJub25lIn0.e30.'],
    ['out of nothing', () => 'abc'],
    ['that is empty', () => ''],
  ])('is not opened: %s', async (_how, make) => {
    expect(await cursors.open(QUERY, await make())).toBeUndefined();
  });

  it('is not opened when any character of a good one was changed', async () => {
    const cursor = await cursors.seal(QUERY, TOKEN);
    for (let at = 0; at < cursor.length; at += 1) {
      const changed = cursor.slice(0, at) + (cursor[at] === 'A' ? 'B' : 'A') + cursor.slice(at + 1);
      expect(await cursors.open(QUERY, changed)).toBeUndefined();
    }
  });

  it('is not opened in another spelling of the same bytes', async () => {
    const cursor = await cursors.seal(QUERY, TOKEN);
    const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
    const last = letters.indexOf(cursor.at(-1) ?? ''); // its lowest four bits mean nothing
    const respelt = cursor.slice(0, -1) + letters[last ^ 1];
    expect(Buffer.from(respelt, 'base64url')).toEqual(Buffer.from(cursor, 'base64url'));
    expect(await cursors.open(QUERY, respelt)).toBeUndefined();
  });
});

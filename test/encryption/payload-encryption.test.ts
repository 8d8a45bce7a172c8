import {
  ApplicationFailure,
  defaultPayloadConverter,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import fc from 'fast-check';
import { BLOCK_REFUSED } from '../../domain/blocks';
import { CONTROL_REFUSED } from '../../domain/control';
import { CLEAR_TEXT_REFUSED, UNREADABLE_REFUSED } from '../../domain/refused-input';
import { ASKED_TOO_OFTEN } from '../../domain/notice/protocol';
import { UPDATE_REFUSALS } from '../../domain/purchase/protocol';
import { REQUEST_REFUSALS } from '../../domain/request-mark';
import { CHANNEL_UNREACHABLE } from '../../activities/channel-activities';
import { gatewayFailure } from '../../activities/gateway-failures';
import { GATEWAY_FAILURES } from '../../domain/command-result';
import { failureConverter, OUTLINED_FAILURES, READABLE_FAILURES } from '../../encryption/failure-converter';
import { keyRingOf, NO_KEYS, type KeyRing } from '../../encryption/key-ring';
import { newKey, type RingKey } from '../../encryption/key-ring-file';
import { isEncrypted, PayloadEncryption } from '../../encryption/payload-encryption';
import { PayloadUnreadable } from '../../encryption/payload-unreadable';
import { anOrder } from '../support/orders';

const NOW = new Date('2026-11-25T03:00:00Z');
const oldKey = newKey(NOW);
const freshKey = newKey(NOW);
const ringOf = (current: RingKey, ...others: RingKey[]): KeyRing =>
  keyRingOf({ current: current.id, keys: [current, ...others], shredded: [] });
const codecOf = (ring: KeyRing) => new PayloadEncryption(ring, ring);

const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
const SUBSCRIBER = { msisdn: '84901234567' };

async function encrypted(
  codec: PayloadEncryption,
  value: unknown = SUBSCRIBER,
  context?: SerializationContext,
): Promise<Payload> {
  const [payload] = await codec.encode([payloadOf(value)], context);
  if (!payload) throw new Error('nothing was encoded');
  return payload;
}

async function decrypted(
  codec: PayloadEncryption,
  payload: Payload,
  context?: SerializationContext,
): Promise<unknown> {
  const [clear] = await codec.decode([payload], context);
  return clear && valueOf(clear);
}

/** As JSON has it, which knows no −0. */
const ANY_JSON = fc.jsonValue().map((value): unknown => JSON.parse(JSON.stringify(value)));

describe('a payload on its way to Temporal and back', () => {
  const codec = codecOf(ringOf(oldKey));

  it('comes back as it was, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(ANY_JSON, { maxLength: 4 }), async (values) => {
        const there = await codec.encode(values.map(payloadOf));
        expect(there.every(isEncrypted)).toBe(true);
        expect((await codec.decode(there)).map(valueOf)).toEqual(values);
      }),
    );
  });

  it('shows nothing on the way but which key it is under', async () => {
    const { metadata, data } = await encrypted(codec);
    const shown = Object.entries(metadata ?? {}).map(([name, value]) => [
      name,
      Buffer.from(value).toString(),
    ]);
    expect(shown).toEqual([
      ['encoding', 'binary/encrypted'],
      ['encryption-key-id', oldKey.id],
    ]);
    expect(Buffer.from(data ?? []).includes('84901234567')).toBe(false);
    expect(Buffer.from(data ?? []).includes('json/plain')).toBe(false);
  });

  it('never looks the same twice, so that equal numbers cannot be told to be equal', async () => {
    const seen = await Promise.all(Array.from({ length: 50 }, () => encrypted(codec)));
    const nonces = seen.map(({ data }) =>
      Buffer.from(data ?? [])
        .subarray(0, 12)
        .toString('hex'),
    );
    expect(new Set(nonces).size).toBe(50);
  });

  it('is read as it is when it was written before there was a key', async () => {
    const clear = payloadOf(SUBSCRIBER);
    expect(await codec.decode([clear])).toEqual([clear]);
  });

  it('is written in clear where encryption is off, and what was encrypted before is still read', async () => {
    const off = new PayloadEncryption(ringOf(oldKey), undefined);
    const clear = payloadOf(SUBSCRIBER);
    expect(await off.encode([clear])).toEqual([clear]);
    expect(await decrypted(off, await encrypted(codec))).toEqual(SUBSCRIBER);
  });
});

describe('a payload after its key was rotated', () => {
  it('is read under the key before, while new ones are written under the new', async () => {
    const old = await encrypted(codecOf(ringOf(oldKey)));
    const codec = codecOf(ringOf(freshKey, oldKey));
    expect(await decrypted(codec, old)).toEqual(SUBSCRIBER);
    const { metadata } = await encrypted(codec);
    expect(Buffer.from(metadata?.['encryption-key-id'] ?? []).toString()).toBe(freshKey.id);
  });
});

describe('a payload that cannot be read', () => {
  const told: PayloadUnreadable[] = [];
  const ring = ringOf(freshKey);
  const codec = new PayloadEncryption(ring, ring, { onUnreadable: (fault) => told.push(fault) });
  beforeEach(() => void (told.length = 0));

  it('names the key that is missing, and is told to whoever watches', async () => {
    const old = await encrypted(codecOf(ringOf(oldKey)));
    await expect(codec.decode([old])).rejects.toMatchObject({ reason: 'key_missing', keyId: oldKey.id });
    expect(told.map(({ keyId }) => keyId)).toEqual([oldKey.id]);
  });

  it('is unreadable as well where there are no keys at all', async () => {
    const none = new PayloadEncryption(NO_KEYS, undefined);
    await expect(none.decode([await encrypted(codec)])).rejects.toMatchObject({ reason: 'key_missing' });
  });

  it('is one in which any bit was changed, or that was cut short at any place', async () => {
    const { metadata = {}, data } = await encrypted(codec);
    const whole = Buffer.from(data ?? []);
    for (let at = 0; at < whole.length; at += 1) {
      const altered = Buffer.from(whole);
      altered.writeUInt8(altered.readUInt8(at) ^ 1, at);
      for (const broken of [altered, whole.subarray(0, at)]) {
        await expect(codec.decode([{ metadata, data: broken }])).rejects.toMatchObject({
          reason: 'tampered',
        });
      }
    }
    expect(await decrypted(codec, { metadata, data: whole })).toEqual(SUBSCRIBER);
  });

  it('is one that claims another key’s id, even if both ids were given to the same key', async () => {
    const twin: RingKey = { ...freshKey, id: 'twin' };
    const twins = codecOf(ringOf(freshKey, twin));
    const { metadata = {}, data } = await encrypted(twins);
    const renamed = {
      metadata: { ...metadata, 'encryption-key-id': Buffer.from('twin') },
      data: data ?? null,
    };
    await expect(twins.decode([renamed])).rejects.toMatchObject({ reason: 'tampered', keyId: 'twin' });
  });
});

describe('a payload that was moved in Temporal’s storage (I18)', () => {
  const codec = codecOf(ringOf(freshKey));
  const workflow = (workflowId: string, namespace = 'default'): SerializationContext => ({
    type: 'workflow',
    namespace,
    workflowId,
  });
  const activity = (workflowId: string | undefined, activityId: string): SerializationContext => ({
    type: 'activity',
    namespace: 'default',
    activityId,
    isLocal: false,
    ...(workflowId === undefined ? {} : { workflowId }),
  });
  const here = workflow('purchase:demo:a');
  const registration = activity('purchase:demo:a', '1');
  const question = activity(undefined, 'eligibility:demo:elg_1:D90');

  it.each([
    ['of another workflow', here, workflow('purchase:demo:b')],
    ['of another namespace', here, workflow('purchase:demo:a', 'elsewhere')],
    ['of its workflow, where one of an activity must be', here, registration],
    ['of an activity, where one of its workflow must be', registration, here],
    ['of another activity of the same workflow', registration, activity('purchase:demo:a', '2')],
    ['of the same activity of another workflow', registration, activity('purchase:demo:b', '1')],
    ['of a standalone activity', question, activity(undefined, 'eligibility:demo:elg_2:D90')],
    ['that no workflow was named for, where an activity’s answer must be', undefined, registration],
  ])('is refused: one %s', async (_, from, to) => {
    const payload = await encrypted(codec, SUBSCRIBER, from);
    await expect(codec.decode([payload], to)).rejects.toMatchObject({ reason: 'moved' });
  });

  it.each([
    ['a workflow’s', here, here],
    ['an activity’s, local or not', registration, { ...registration, isLocal: true } as const],
    [
      'a standalone activity’s, to which the worker gives an empty workflow',
      question,
      activity('', 'eligibility:demo:elg_1:D90'),
    ],
    ['what the codec server shows, which knows no workflow', here, undefined],
    [
      'a schedule’s, in the workflow that it starts',
      workflow('mornings'),
      workflow('mornings-2026-11-29T01:00:00Z'),
    ],
    [
      'the result of a schedule’s last workflow, in its next',
      workflow('mornings-2026-11-28T01:00:00Z'),
      workflow('mornings-2026-11-29T01:00:00Z'),
    ],
  ])('is read where it belongs: %s', async (_, from, to) => {
    const payload = await encrypted(codec, SUBSCRIBER, from);
    expect(await decrypted(codec, payload, to)).toEqual(SUBSCRIBER);
  });

  const DECISION = { decision: 'charge_was_done', by: 'lan', why: 'ticket', reference: null };

  it.each([
    DECISION,
    { scope: { kind: 'package', package: 'D90' }, by: 'lan', why: 'wrong price' },
    'a text',
    3,
    null,
  ])('is read by a worker as what a person typed into the Web UI: %j', async (typed) => {
    expect(await decrypted(codec, await encrypted(codec, typed), here)).toEqual(typed);
  });

  it.each([
    ['an order', anOrder()],
    ['a decision with an order in it', { ...DECISION, why: anOrder() }],
    ['a list of arguments', [DECISION]],
    ['what is paused', { pauses: [], trail: [] }],
    ['an order as the scope of a pause', { by: 'lan', why: 'x', scope: anOrder() }],
  ])('is refused by a worker as what a person typed: %s', async (_, value) => {
    const unbound = await encrypted(codec, value);
    await expect(codec.decode([unbound], here)).rejects.toMatchObject({ reason: 'moved' });
    const worker = new PayloadEncryption(ringOf(freshKey), undefined, { clearText: 'replace' });
    expect(await decrypted(worker, unbound, here)).toBe(UNREADABLE_REFUSED);
  });

  it('is no memo and no result for a client, even if a person may have typed it', async () => {
    const client = new PayloadEncryption(ringOf(freshKey), undefined, { typed: 'refuse' });
    const typed = await encrypted(codec, DECISION);
    await expect(client.decode([typed], here)).rejects.toMatchObject({ reason: 'moved' });
    expect(await decrypted(client.readingTyped(), typed, here)).toEqual(DECISION);
  });

  it('is read until the day that was set for data from before encryption, whatever nobody typed', async () => {
    const order = anOrder();
    const unbound = await encrypted(codec, order);
    const until = new Date(Date.now() + 3_600_000);
    const former = new PayloadEncryption(ringOf(freshKey), undefined, { clearTextUntil: until });
    expect(await decrypted(former, unbound, here)).toEqual(order);
  });

  it('is still read anywhere when it is under a key from before payloads were bound, and is never taken for a bound one', async () => {
    const { binds: _, ...former } = oldKey;
    const old = await encrypted(codecOf(ringOf(former)), SUBSCRIBER, here);
    expect(await decrypted(codecOf(ringOf(freshKey, former)), old, workflow('purchase:demo:b'))).toEqual(
      SUBSCRIBER,
    );
    await expect(codecOf(ringOf(freshKey, oldKey)).decode([old], here)).rejects.toMatchObject({
      reason: 'tampered',
    });
  });
});

describe('clear text in place of an encrypted payload (I18)', () => {
  const ring = ringOf(freshKey);
  const own = codecOf(ring);
  const elsewhere = codecOf(ringOf(oldKey));
  const GARBAGE: Payload = {
    metadata: { encoding: Buffer.from('binary/encrypted'), 'encryption-key-id': Buffer.from(freshKey.id) },
    data: Buffer.from('nobody encrypted this'),
  };
  const clear = payloadOf(SUBSCRIBER);
  const workflow: SerializationContext = { type: 'workflow', namespace: 'default', workflowId: 'w' };
  const activity: SerializationContext = {
    type: 'activity',
    namespace: 'default',
    activityId: '1',
    isLocal: false,
  };

  it('is refused by whoever reads it', async () => {
    const codec = new PayloadEncryption(ring, ring, { clearText: 'refuse' });
    for (const context of [workflow, activity, undefined])
      await expect(codec.decode([clear], context)).rejects.toMatchObject({ reason: 'clear_text' });
  });

  it('is replaced in a worker by what every workflow refuses as input, so that no task fails', async () => {
    const told: string[] = [];
    const codec = new PayloadEncryption(ring, ring, {
      clearText: 'replace',
      onUnreadable: ({ reason }) => told.push(reason),
    });
    expect(await decrypted(codec, clear, workflow)).toBe(CLEAR_TEXT_REFUSED);
    expect(told).toEqual(['clear_text']);
  });

  it.each([
    ['in clear', CLEAR_TEXT_REFUSED, () => Promise.resolve(clear)],
    ['under a key that is missing', UNREADABLE_REFUSED, () => encrypted(elsewhere)],
    [
      'of another workflow',
      UNREADABLE_REFUSED,
      () => encrypted(own, SUBSCRIBER, { ...workflow, workflowId: 'another' }),
    ],
    ['that nobody encrypted', UNREADABLE_REFUSED, () => Promise.resolve(GARBAGE)],
  ])('takes the other arguments of a call with it in a worker: one %s', async (_what, words, broken) => {
    const codec = new PayloadEncryption(ring, ring, { clearText: 'replace' });
    const read = await codec.decode([await encrypted(own, SUBSCRIBER, workflow), await broken()], workflow);
    expect(read.map(valueOf)).toEqual([words, words]);
    await expect(codec.decode([await broken()], activity)).rejects.toBeInstanceOf(PayloadUnreadable);
  });

  it('is refused in a worker as the input or the answer of an activity', async () => {
    const codec = new PayloadEncryption(ring, ring, { clearText: 'replace' });
    await expect(codec.decode([clear], activity)).rejects.toMatchObject({ reason: 'clear_text' });
  });

  it('is read where Temporal itself writes it: an activity was cancelled before a worker began it', async () => {
    const notStarted = payloadOf('ACTIVITY_ID_NOT_STARTED');
    for (const clearText of ['refuse', 'replace'] as const) {
      const codec = new PayloadEncryption(ring, ring, { clearText });
      expect(await codec.decode([notStarted], activity)).toEqual([notStarted]);
      for (const other of [payloadOf('ACTIVITY_ID_NOT_STARTED '), payloadOf(['ACTIVITY_ID_NOT_STARTED'])]) {
        await expect(codec.decode([other], activity)).rejects.toMatchObject({ reason: 'clear_text' });
      }
    }
    const client = new PayloadEncryption(ring, ring, { clearText: 'refuse' });
    await expect(client.decode([notStarted], workflow)).rejects.toMatchObject({ reason: 'clear_text' });
  });

  it('is read until the day that an operator set for data from before encryption, and not after it', async () => {
    const until = (clearTextUntil: Date) =>
      new PayloadEncryption(ring, ring, { clearText: 'refuse', clearTextUntil });
    const HOUR_MS = 3_600_000;
    expect(await decrypted(until(new Date(Date.now() + HOUR_MS)), clear, workflow)).toEqual(SUBSCRIBER);
    await expect(until(new Date(Date.now() - HOUR_MS)).decode([clear], workflow)).rejects.toMatchObject({
      reason: 'clear_text',
    });
  });
});

describe('a failure', () => {
  it('has its message and its stack in a payload, where they are encrypted with the rest', () => {
    const failure = failureConverter.errorToFailure(
      new Error('no account for 84901234567'),
      defaultPayloadConverter,
    );
    expect(failure.encodedAttributes).toBeDefined();
    const { encodedAttributes: _hidden, ...shown } = failure;
    expect(JSON.stringify(shown)).not.toContain('84901234567');
    const back = failureConverter.failureToError(failure, defaultPayloadConverter);
    expect(back.message).toBe('no account for 84901234567');
    expect(back.stack).toContain('payload-encryption.test');
  });

  it('that refuses what a person entered is readable where it was entered, and shows no stack', () => {
    const refused = ApplicationFailure.nonRetryable('"why" must be given', UPDATE_REFUSALS.requestInvalid);
    const failure = failureConverter.errorToFailure(refused, defaultPayloadConverter);
    expect(failure).toMatchObject({ message: '"why" must be given', stackTrace: '' });
    const back = failureConverter.failureToError(failure, defaultPayloadConverter);
    expect(back).toMatchObject({ message: '"why" must be given', type: UPDATE_REFUSALS.requestInvalid });
    expect(back.stack).toBe('');
  });

  it.each([
    [
      gatewayFailure('charge', { kind: 'unknown', detail: 'no answer for 84901234567' }),
      /^charge: outcome unknown, [^(]+$/,
    ],
    [
      gatewayFailure('inquiry about the charge', { kind: 'broken_contract', detail: '84901234567?' }),
      /^inquiry about the charge: MobiFone broke the contract$/,
    ],
    [
      ApplicationFailure.create({
        type: CHANNEL_UNREACHABLE,
        message: 'refund notice to demo-2: not taken, will be delivered again (84901234567)',
      }),
      /^refund notice to demo-2: not taken, will be delivered again$/,
    ],
  ])('of a call shows which call it was and what happened, and hides the details: %#', (thrown, shown) => {
    const failure = failureConverter.errorToFailure(thrown, defaultPayloadConverter);
    expect(failure.message).toMatch(shown);
    expect(failure.encodedAttributes).toBeDefined();
    expect(failureConverter.failureToError(failure, defaultPayloadConverter).message).toBe(thrown.message);
  });

  it('of a call is hidden whole where its first words are not ours', () => {
    for (const message of [
      'charge of 84901234567: refused',
      'notice to 0901234567: not taken',
      'Nguyễn Văn A: busy',
    ]) {
      const thrown = ApplicationFailure.create({ type: CHANNEL_UNREACHABLE, message });
      const { message: shown } = failureConverter.errorToFailure(thrown, defaultPayloadConverter);
      expect(shown).toBe('Encoded failure');
    }
  });

  it.each([...Object.values(GATEWAY_FAILURES), CHANNEL_UNREACHABLE])(
    'of the type %s is one of those',
    (type) => {
      expect(OUTLINED_FAILURES).toContain(type);
    },
  );

  it.each([
    ...Object.values(UPDATE_REFUSALS),
    ...Object.values(REQUEST_REFUSALS),
    CONTROL_REFUSED,
    BLOCK_REFUSED,
    ASKED_TOO_OFTEN,
  ])('of the kind %s is one of those', (kind) => {
    expect(READABLE_FAILURES).toContain(kind);
  });
});

import type { Client } from '@temporalio/client';
import {
  defaultFailureConverter,
  defaultPayloadConverter,
  METADATA_ENCODING_KEY,
  type Payload,
  type SerializationContext,
} from '@temporalio/common';
import { msToTs } from '@temporalio/common/lib/time';
import { batchActionsOf } from '../../client/history/actions';
import { historyPayloads } from '../../client/history/history-payloads';
import type { HistoryEvent } from '../../client/history/purchase-history';
import { CANCEL_BATCH_SIGNAL } from '../../domain/batch/protocol';
import { stateNoticeId } from '../../domain/identifiers';
import { DELIVER_NOW_SIGNAL, DELIVER_NOW_UPDATE, noticeWorkflowId } from '../../domain/notice/protocol';
import { keyRingOf } from '../../encryption/key-ring';
import { newKey } from '../../encryption/key-ring-file';
import { PayloadEncryption } from '../../encryption/payload-encryption';
import { deliveryRequests } from '../../operators/delivery-requests';
import { anOrder } from '../support/orders';

const NOTICE = stateNoticeId(anOrder().purchaseId, 11);
const WORKFLOW = noticeWorkflowId(NOTICE);
const key = newKey(new Date('2026-11-25T03:00:00Z'));
const ring = keyRingOf({ current: key.id, keys: [key], shredded: [] });
const OURS = new PayloadEncryption(ring, ring, { clearText: 'refuse', typed: 'refuse' });
const CODEC_SERVER = new PayloadEncryption(ring, ring, { namespace: 'default' });
const HERE: SerializationContext = { type: 'workflow', namespace: 'default', workflowId: WORKFLOW };

const inClear = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const fromApi = (value: unknown) => OURS.encode([inClear(value)], HERE);
const typed = (value: unknown) => CODEC_SERVER.encode([inClear(value)]);
const NOT_JSON: Payload = {
  metadata: { [METADATA_ENCODING_KEY]: Buffer.from('json/plain') },
  data: Buffer.from('{'),
};

/** A client as the desk has it, and a history in which a signal was sent with these arguments. */
function clientWith(events: readonly HistoryEvent[], codec = OURS): Client {
  const client = {
    options: {
      namespace: 'default',
      loadedDataConverter: {
        payloadConverter: defaultPayloadConverter,
        failureConverter: defaultFailureConverter,
        payloadCodecs: [codec],
      },
    },
    withDeadline: <T>(_: unknown, call: () => Promise<T>) => call(),
    workflowService: {
      getWorkflowExecutionHistory: () =>
        Promise.resolve({ history: { events }, nextPageToken: new Uint8Array() }),
    },
  };
  return client as unknown as Client; // only histories are read
}

function signal(signalName: string, payloads: Payload[]): HistoryEvent {
  return {
    eventTime: msToTs(0),
    workflowExecutionSignaledEventAttributes: { signalName, input: { payloads } },
  };
}

function update(name: string, payloads: Payload[]): HistoryEvent {
  return {
    eventTime: msToTs(0),
    workflowExecutionUpdateAcceptedEventAttributes: {
      acceptedRequest: { input: { name, args: { payloads } } },
    },
  };
}

async function whoAskedFor(payloads: Payload[], codec?: PayloadEncryption) {
  const client = clientWith([signal(DELIVER_NOW_SIGNAL, payloads)], codec);
  return (await deliveryRequests(client, [NOTICE])).map(({ by }) => by);
}

describe('who had a notice delivered again', () => {
  it('is named, by the desk or in the Web UI, without a subscriber’s number', async () => {
    expect(await whoAskedFor(await fromApi({ by: 'linh' }))).toEqual(['linh']);
    expect(await whoAskedFor(await typed({ by: 'lan', why: 'the webhook is back' }))).toEqual(['lan']);
    expect(await whoAskedFor(await typed({ by: 'lan 0901 234 567' }))).toEqual(['lan ****567']);
  });

  it('is named where they asked by the update, which refuses too many', async () => {
    const client = clientWith([
      update(DELIVER_NOW_UPDATE, await fromApi({ by: 'linh' })),
      update(DELIVER_NOW_UPDATE, [inClear({ by: 'lan' })]),
    ]);
    expect((await deliveryRequests(client, [NOTICE])).map(({ by }) => by)).toEqual(['linh', null]);
  });

  it.each([
    ['nothing', async () => []],
    ['nothing, typed into the Web UI', () => typed(null)],
    ['a text', () => typed('now')],
    ['clear text', async () => [inClear({ by: 'lan' })]],
    [
      'what was sealed for another workflow',
      () => OURS.encode([inClear({ by: 'lan' })], { ...HERE, workflowId: 'x' }),
    ],
  ])('is nobody who is named where the signal has %s, and the page can be read', async (_, given) => {
    expect(await whoAskedFor(await given())).toEqual([null]);
  });

  it('is nobody who is named where the signal has what is no JSON, with encryption or without', async () => {
    expect(await whoAskedFor([NOT_JSON])).toEqual([null]);
    expect(await whoAskedFor([NOT_JSON], new PayloadEncryption(ring, undefined))).toEqual([null]);
  });
});

describe('who had a batch cancelled', () => {
  it('is nobody who is named where the signal cannot be read', async () => {
    const events = [signal(CANCEL_BATCH_SIGNAL, [inClear({ by: 'lan', why: 'wrong list' })])];
    const payloads = historyPayloads(clientWith(events), 'batch:demo:x');
    expect(await batchActionsOf(events, payloads)).toMatchObject([
      { by: null, why: null, result: 'applied' },
    ]);
  });
});

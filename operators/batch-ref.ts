import {
  batchId,
  CHANNEL_NAME_PATTERN,
  channelName,
  EXTERNAL_ID_PATTERN,
  type BatchId,
  type ChannelName,
} from '../domain/identifiers';

/** What identifies a batch. */
export interface BatchName {
  channel: ChannelName;
  batchId: BatchId;
}

/**
 * A batch by `channel/batchId`, or by the id of its workflow; whether there is one is not checked.
 * @returns undefined when the text has neither form
 */
export function batchNameOf(text: string): BatchName | undefined {
  const [channel = '', id = '', ...more] = text.replace(/^batch:([^:]*):/, '$1/').split('/');
  if (more.length > 0 || !CHANNEL_NAME_PATTERN.test(channel) || !EXTERNAL_ID_PATTERN.test(id))
    return undefined;
  return { channel: channelName(channel), batchId: batchId(id) };
}

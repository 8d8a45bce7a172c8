import dgram from 'node:dgram';
import dns, { type LookupAddress } from 'node:dns';
import { readFile } from 'node:fs/promises';
import { dnsLookup } from '../../channel/dns-lookup';
import { eventually } from '../support/eventually';

/** More than Node has threads for `dns.lookup` and for files. */
const SILENT_NAMES = 16;
const A_RECORD = 1;
const NO_SUCH_NAME = 3;
const HEADER_BYTES = 12;

/** A name server of the test's: what it answers to a question for such a record, nothing where it is silent. */
type Answer = (recordType: number) => { address: string } | { code: number } | undefined;

let server: dgram.Socket;
let answer: Answer;
let questions = 0;

beforeAll(async () => {
  server = dgram.createSocket('udp4').on('message', (question, { port, address }) => {
    const recordType = question.readUInt16BE(question.indexOf(0, HEADER_BYTES) + 1);
    questions += 1;
    const answered = answer(recordType);
    if (answered) server.send(reply(question, answered), port, address);
  });
  await new Promise<void>((listening) => server.bind(0, '127.0.0.1', listening));
});
afterAll(() => new Promise<void>((closed) => server.close(closed)));

/** The question again with an answer, as RFC 1035 has it. */
function reply(question: Buffer, answered: { address: string } | { code: number }): Buffer {
  const asked = question.subarray(0, question.indexOf(0, HEADER_BYTES) + 5); // without EDNS
  const header = Buffer.from(asked);
  header.writeUInt16BE(0x8180 + ('code' in answered ? answered.code : 0), 2);
  header.writeUInt16BE('address' in answered ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  if ('code' in answered) return header;
  const record = Buffer.from([0xc0, HEADER_BYTES, 0, A_RECORD, 0, 1, 0, 0, 0, 60, 0, 4]);
  return Buffer.concat([header, record, Buffer.from(answered.address.split('.').map(Number))]);
}

/** Asks the test's server, as long as it takes. */
function lookUp(name: string): Promise<LookupAddress[]> {
  const resolver = new dns.promises.Resolver({ timeout: 60_000, tries: 1 });
  resolver.setServers([`127.0.0.1:${server.address().port}`]);
  resolvers.push(resolver);
  return new Promise((found, failed) =>
    dnsLookup(() => resolver)(name, { all: true }, (fault, addresses) =>
      fault ? failed(fault) : found(addresses),
    ),
  );
}
const resolvers: dns.promises.Resolver[] = [];

describe('the name of a channel’s host', () => {
  it('is found by its addresses', async () => {
    answer = (recordType) => (recordType === A_RECORD ? { address: '203.113.131.1' } : { code: 0 });
    await expect(lookUp('shop.example')).resolves.toEqual([{ address: '203.113.131.1', family: 4 }]);
  });

  it('is not found where there is no such name', async () => {
    answer = () => ({ code: NO_SUCH_NAME });
    await expect(lookUp('gone.example')).rejects.toMatchObject({ code: 'ENOTFOUND' });
  });

  it('whose name server is silent holds no thread: files and other names go on meanwhile', async () => {
    answer = () => undefined;
    questions = 0;
    let ended = 0;
    const hanging = Array.from({ length: SILENT_NAMES }, (_, index) =>
      lookUp(`silent-${index}.example`)
        .catch(() => undefined)
        .finally(() => (ended += 1)),
    );

    await eventually('the questions', () => (questions >= SILENT_NAMES ? true : undefined));
    await readFile(__filename);
    await dns.promises.lookup('localhost');
    answer = () => ({ address: '203.113.131.1' });
    await lookUp('shop.example');

    expect(ended).toBe(0);
    for (const resolver of resolvers) resolver.cancel();
    await Promise.all(hanging);
  });
});

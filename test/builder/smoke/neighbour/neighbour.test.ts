import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { answerTo, arpReply, readFrame } from '../../../../src/builder/smoke/neighbour/frames.ts';
import { Neighbour } from '../../../../src/builder/smoke/neighbour/neighbour.ts';
import { ntpReply } from '../../../../src/builder/smoke/neighbour/ntp.ts';

/** As captured from a guest: who has 10.0.2.123? Tell 10.0.2.15. */
const question = Buffer.from(
  'ffffffffffff5254004b494c08060001080006040001' + '5254004b494c0a00020f' + '0000000000000a00027b',
  'hex',
);
const client = Buffer.alloc(48);
client[0] = 0x23;
client.writeBigUInt64BE(0x1122334455667788n, 40);

function datagram(target: string, port: number, content: Buffer): Buffer {
  const asked = {
    kind: 'udp',
    sourceMac: Buffer.from('024b494c4e01', 'hex'),
    // Turned round by the answer.
    source: target,
    target: '10.0.2.15',
    sourcePort: port,
    targetPort: 40_000,
    content: Buffer.alloc(0),
  } as const;
  return answerTo(asked, Buffer.from('5254004b494c', 'hex'), content);
}

test('an ARP question is read and answered', () => {
  const heard = readFrame(question);
  if (heard?.kind !== 'arp') throw new Error('no question heard');
  assert.equal([heard.sender, heard.wanted], ['10.0.2.15', '10.0.2.123']);
  const reply = arpReply(heard, Buffer.from('024b494c4e01', 'hex'));
  assert.is(
    reply.toString('hex'),
    '5254004b494c024b494c4e010806000108000604000202' + '4b494c4e010a00027b5254004b494c0a00020f',
  );
});

test('a datagram is read as it was written, and its header sums up (RFC 1071)', () => {
  const frame = datagram('10.0.2.123', 123, client);
  const heard = readFrame(frame);
  if (heard?.kind !== 'udp') throw new Error('no datagram heard');
  assert.equal([heard.source, heard.target, heard.targetPort], ['10.0.2.15', '10.0.2.123', 123]);
  assert.ok(heard.content.equals(client));
  let sum = 0;
  for (let i = 14; i < 34; i += 2) sum += frame.readUInt16BE(i);
  assert.is((sum & 0xffff) + (sum >>> 16), 0xffff);
});

test('frames that are cut short, of other kinds, or lie about their length are nothing', () => {
  assert.is(readFrame(question.subarray(0, 41)), undefined);
  assert.is(
    readFrame(Buffer.concat([question.subarray(0, 12), Buffer.from('86dd', 'hex'), Buffer.alloc(60)])),
    undefined,
  );
  const lying = datagram('10.0.2.123', 123, client);
  lying.writeUInt16BE(0xffff, 38);
  assert.is(readFrame(lying), undefined);
});

test('a client is told the time, with its own stamp; others are not answered', () => {
  const reply = ntpReply(client, 1_790_000_000_500_000_000n);
  if (reply === undefined) throw new Error('no answer');
  assert.equal([reply[0], reply[1]], [0x24, 1]);
  assert.is(reply.readBigUInt64BE(24), 0x1122334455667788n);
  assert.is(reply.readUInt32BE(40), 1_790_000_000 + 2_208_988_800 - 2 ** 32 + 2 ** 32);
  assert.is(reply.readUInt32BE(44), 0x80000000);
  assert.is(ntpReply(Buffer.from([0x24]), 0n), undefined);
  assert.is(ntpReply(reply, 0n), undefined);
});

test('the station answers for its own addresses and stays silent for all others', async () => {
  const server = createServer((socket) => new Neighbour(socket, ['10.0.2.123']));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  const socket = connect(port, '127.0.0.1');
  try {
    const other = Buffer.from(question);
    other[41] = 0x7c;
    send(socket, other, datagram('10.0.2.124', 123, client), datagram('10.0.2.123', 53, client), question);
    assert.is((await nextFrame(socket)).toString('hex', 12, 14), '0806');
    send(socket, datagram('10.0.2.123', 123, client));
    const heard = readFrame(await nextFrame(socket));
    assert.is(heard?.kind === 'udp' ? heard.sourcePort : undefined, 123);
  } finally {
    socket.destroy();
    server.close();
  }
});

function send(socket: Socket, ...frames: readonly Buffer[]): void {
  for (const frame of frames) {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(frame.length);
    socket.write(Buffer.concat([length, frame]));
  }
}

async function nextFrame(socket: Socket): Promise<Buffer> {
  const [chunk] = (await once(socket, 'data')) as [Buffer];
  assert.is(chunk.readUInt32BE(0), chunk.length - 4);
  return chunk.subarray(4);
}

test.run();

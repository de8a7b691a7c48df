import { isIPv4 } from 'node:net';

/** Offsets within an Ethernet II frame (IEEE 802.3) that carries IPv4 without options (RFC 791) or ARP (RFC 826). */
const at = { type: 12, payload: 14, protocol: 23, source: 26, target: 30, udp: 34, content: 42 } as const;
const types = { ipv4: 0x0800, arp: 0x0806 } as const;
const ARP_FRAME_BYTES = 42;
const UDP = 17;
const HEADER_WORDS = 0x45;
const HOP_LIMIT = 64;

/** A question by ARP: who has that address? */
export interface ArpRequest {
  readonly kind: 'arp';
  readonly senderMac: Buffer;
  readonly sender: string;
  readonly wanted: string;
}

/** A datagram in one piece. */
export interface Datagram {
  readonly kind: 'udp';
  readonly sourceMac: Buffer;
  readonly source: string;
  readonly target: string;
  readonly sourcePort: number;
  readonly targetPort: number;
  readonly content: Buffer;
}

/** @returns undefined for every frame that is neither; a guest sends plenty of them */
export function readFrame(frame: Buffer): ArpRequest | Datagram | undefined {
  if (frame.length < ARP_FRAME_BYTES) return undefined;
  const type = frame.readUInt16BE(at.type);
  if (type === types.arp) return readArp(frame);
  return type === types.ipv4 ? readDatagram(frame) : undefined;
}

function readArp(frame: Buffer): ArpRequest | undefined {
  // Ethernet and IPv4, six and four bytes, a request (1).
  if (frame.toString('hex', at.payload, at.payload + 8) !== '0001080006040001') return undefined;
  const body = frame.subarray(at.payload);
  return { kind: 'arp', senderMac: body.subarray(8, 14), sender: text(body, 14), wanted: text(body, 24) };
}

function readDatagram(frame: Buffer): Datagram | undefined {
  if (frame[at.payload] !== HEADER_WORDS || frame[at.protocol] !== UDP) return undefined;
  const length = frame.readUInt16BE(at.udp + 4) - 8;
  if (length < 0 || at.content + length > frame.length) return undefined;
  return {
    kind: 'udp',
    sourceMac: frame.subarray(6, 12),
    source: text(frame, at.source),
    target: text(frame, at.target),
    sourcePort: frame.readUInt16BE(at.udp),
    targetPort: frame.readUInt16BE(at.udp + 2),
    content: frame.subarray(at.content, at.content + length),
  };
}

/** The answer to a question by ARP. @param mac of whoever has the address */
export function arpReply(request: ArpRequest, mac: Buffer): Buffer {
  return Buffer.concat([
    request.senderMac,
    mac,
    Buffer.from('08060001080006040002', 'hex'),
    mac,
    bytes(request.wanted),
    request.senderMac,
    bytes(request.sender),
  ]);
}

/** A datagram back to where one came from. */
export function answerTo(datagram: Datagram, mac: Buffer, content: Buffer): Buffer {
  const header = Buffer.alloc(20);
  header[0] = HEADER_WORDS;
  header.writeUInt16BE(header.length + 8 + content.length, 2);
  header[8] = HOP_LIMIT;
  header[9] = UDP;
  bytes(datagram.target).copy(header, 12);
  bytes(datagram.source).copy(header, 16);
  header.writeUInt16BE(checksum(header), 10);
  const udp = Buffer.alloc(8);
  udp.writeUInt16BE(datagram.targetPort, 0);
  udp.writeUInt16BE(datagram.sourcePort, 2);
  udp.writeUInt16BE(udp.length + content.length, 4);
  // Over IPv4 a checksum of 0 means there is none (RFC 768).
  return Buffer.concat([datagram.sourceMac, mac, Buffer.from([0x08, 0x00]), header, udp, content]);
}

/** The Internet checksum (RFC 1071) of a header with its own field at zero. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let i = 0; i < header.length; i += 2) sum += header.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function text(buffer: Buffer, offset: number): string {
  return [...buffer.subarray(offset, offset + 4)].join('.');
}

function bytes(address: string): Buffer {
  if (!isIPv4(address)) throw new Error(`${address} is no IPv4 address`);
  return Buffer.from(address.split('.').map(Number));
}

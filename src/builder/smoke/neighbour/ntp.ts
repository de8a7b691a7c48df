/** Port of the Network Time Protocol. */
export const NTP_PORT = 123;

const PACKET_BYTES = 48;
/** From 1900, where NTP counts from, to 1970 (RFC 5905, section 6). */
const ERA_SECONDS = 2_208_988_800n;
/** No warning, version 4, server. */
const FLAGS = 0x24;
const CLIENT = 3;
const PRECISION = -20;

/**
 * The answer of a server of stratum 1 to a client (RFC 5905, section 7.3).
 * @param now in nanoseconds since 1970
 * @returns undefined when that is no client's request
 */
export function ntpReply(request: Buffer, now: bigint): Buffer | undefined {
  if (request.length < PACKET_BYTES || ((request[0] ?? 0) & 7) !== CLIENT) return undefined;
  const reply = Buffer.alloc(PACKET_BYTES);
  reply[0] = FLAGS;
  reply[1] = 1;
  reply[2] = request[2] ?? 0;
  reply.writeInt8(PRECISION, 3);
  // Root dispersion: a thousandth of a second, in units of 2^-16.
  reply.writeUInt32BE(66, 8);
  reply.write('KILN', 12, 'latin1');
  const time = stamp(now);
  for (const offset of [16, 32, 40]) reply.writeBigUInt64BE(time, offset);
  // The client's own transmit time goes back to it, or it takes nothing from us.
  request.copy(reply, 24, 40, 48);
  return reply;
}

/** Seconds in the upper 32 bits, fractions in the lower. */
function stamp(now: bigint): bigint {
  const seconds = now / 1_000_000_000n + ERA_SECONDS;
  const fraction = ((now % 1_000_000_000n) << 32n) / 1_000_000_000n;
  return BigInt.asUintN(64, (seconds << 32n) | fraction);
}

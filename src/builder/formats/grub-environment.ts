const BLOCK_BYTES = 1024;
const SIGNATURE = '# GRUB Environment Block\n';

/**
 * A GRUB environment block, as grub-editenv makes it: the signature, `name=value` lines, `#` up to 1024 bytes.
 * Source: GRUB manual 2.12, "The GRUB environment block".
 * @throws {RangeError} when the variables do not fit
 */
export function grubEnvironment(variables: Readonly<Record<string, string>>): Buffer {
  const lines = Object.entries(variables).map(([name, value]) => `${name}=${value.replace(/[\\\n]/g, '\\$&')}\n`);
  const text = SIGNATURE + lines.join('');
  if (Buffer.byteLength(text) > BLOCK_BYTES) throw new RangeError('the GRUB environment does not fit into its block');
  return Buffer.from(text.padEnd(BLOCK_BYTES, '#'));
}

/** The CRC-32 polynomial of RFC 1952 with its bits reversed; bit 31 stands for x^0. */
const POLYNOMIAL = 0xedb88320;

/**
 * CRC-32 of two pieces of data put together, from the CRC of each.
 *
 * A CRC is the remainder of the data as a polynomial over GF(2); appending n bytes multiplies what came before by
 * x^(8n). So threads can sum their own pieces and only the short remainders are put in order.
 * @param secondLength bytes of the second piece
 */
export function crc32Combine(first: number, second: number, secondLength: number): number {
  return (multiply(powerOfX(8 * secondLength), first) ^ second) >>> 0;
}

const powers = new Map<number, number>();

/** x^n modulo the polynomial. Kept, since nearly every piece has the same length. */
function powerOfX(n: number): number {
  const known = powers.get(n);
  if (known !== undefined) return known;
  let result = 0x80000000;
  let square = 0x40000000;
  for (let left = n; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = multiply(square, result);
    square = multiply(square, square);
  }
  powers.set(n, result);
  return result;
}

function multiply(a: number, b: number): number {
  let product = 0;
  let shifted = b;
  for (let bit = 0x80000000; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) product ^= shifted;
    shifted = (shifted & 1) === 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

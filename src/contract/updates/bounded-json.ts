import { FieldReader } from '../payload-checks/field-reader.ts';

/**
 * Takes a JSON text from anybody: what is too long is not looked at, and every fault is collected.
 * @param mostBytes of the text in UTF-8
 * @param refuse makes the error of what was wrong; at least one fault
 * @param take reads the document; what it gives is dropped when the reader has faults
 * @throws what `refuse` gives
 */
export function parseBounded<T>(
  text: string,
  mostBytes: number,
  refuse: (faults: readonly string[]) => Error,
  take: (read: FieldReader, document: unknown) => T,
): T {
  if (Buffer.byteLength(text) > mostBytes) throw refuse([`larger than ${mostBytes} bytes`]);
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw refuse([`not JSON: ${(error as Error).message.slice(0, 200)}`]);
  }
  const faults: string[] = [];
  const taken = take(new FieldReader(faults), document);
  if (faults.length > 0) throw refuse(faults);
  return taken;
}

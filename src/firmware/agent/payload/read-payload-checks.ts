import { parsePayloadChecks } from '../../../contract/payload-checks/parse-payload-checks.ts';
import { readIfThere } from '../../platform/read-if-there.ts';
import type { Check } from '../checks/check.ts';
import { payloadCheck, type ReadUnits } from './payload-check.ts';

/**
 * The checks that came with the image. A list that cannot be read is a core check that fails: the agent goes on, but
 * nobody may take an appliance for healthy of which nothing is known.
 */
export async function readPayloadChecks(path: string, readUnits: ReadUnits): Promise<Check[]> {
  try {
    const text = await readIfThere(path);
    return text === '' ? [] : parsePayloadChecks(text).checks.map((told) => payloadCheck(told, readUnits));
  } catch (error) {
    const detail = `${path} can not be taken: ${(error as Error).message}`;
    process.stderr.write(`${detail}\n`);
    const verdict = { healthy: false, detail, advice: 'Install the image again, or a newer one.' };
    return [{ id: 'payload', core: true, intervalSeconds: 3600, limitSeconds: 5, judge: async () => verdict }];
  }
}

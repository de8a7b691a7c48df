import type { HandedConfiguration } from '../channels/channel.ts';
import { type Check, type Outcome, output } from './check.ts';

export const configuration: Check = {
  id: 'configuration',
  title: 'the configuration is the one that the platform handed over, and its history says so',
  async run({ shell, channel }) {
    // The import runs beside the login.
    const history = await output(shell, 'sudo appliancectl config history --json');
    const inForce = await output(shell, 'sudo appliancectl config get');
    return judge(history, inForce, channel.configuration);
  },
};

/**
 * @param history as `appliancectl config history --json` prints it
 * @param inForce as `appliancectl config get` prints it
 */
export function judge(history: string, inForce: string, expected: HandedConfiguration | null): Outcome {
  const versions = (JSON.parse(history) as readonly { readonly channel?: string }[]).map(
    ({ channel }) => channel ?? '?',
  );
  const wanted = expected === null ? [] : [expected.channel];
  if (versions.join() !== wanted.join()) {
    const seen = versions.join(', ') || 'none';
    return { passed: false, detail: `versions by ${seen}; expected ${wanted.join() || 'none'}` };
  }
  if (expected === null) return { passed: true, detail: 'as shipped' };
  const wrong = missing(expected.settings, JSON.parse(inForce));
  return wrong.length === 0
    ? { passed: true, detail: `version 1 by ${expected.channel}: ${Object.keys(expected.settings).join(', ')}` }
    : { passed: false, detail: `not in force: ${wrong.join('; ')}` };
}

/** Settings of a part of the document that the whole has otherwise. */
function missing(part: unknown, whole: unknown, place = ''): string[] {
  if (typeof part !== 'object' || part === null || Array.isArray(part)) {
    return JSON.stringify(part) === JSON.stringify(whole) ? [] : [`${place} is ${JSON.stringify(whole)}`];
  }
  return Object.entries(part).flatMap(([key, value]) =>
    missing(value, (whole as Record<string, unknown> | null | undefined)?.[key], `${place}/${key}`),
  );
}

import { ConfigurationError } from '../../../contract/configuration/parse-configuration.ts';
import { readBoundedYaml } from './bounded-yaml.ts';
import type { OfferedFiles, PlatformSource } from './channel.ts';
import { documentOf, propertyOf } from './ovf-properties.ts';
import { completed, locator, type WrittenConfiguration } from './parse-document.ts';

const NAME = 'property configuration';

/** OVF properties that a person filled in at import; `ovf-settings` copies those that are ours. */
export const ovf: PlatformSource = {
  channel: 'ovf',
  title: 'the OVF properties',
  owns: (file) => file === 'ovf.json',
  read(files: OfferedFiles): WrittenConfiguration {
    const properties = JSON.parse(files.get('ovf.json') ?? '{}') as Record<string, string>;
    const whole = readBoundedYaml(decoded(properties.configuration ?? ''), NAME);
    const inWhole = locator(whole);
    // By itself first: only so does every mistake in it have its line.
    completed(whole.value, inWhole);
    return completed(merged(whole.value ?? {}, documentOf(properties)), (mistake) => {
      const property = propertyOf(mistake, properties);
      return property === undefined ? inWhole(mistake) : `property ${property}: ${mistake}`;
    });
  },
};

/** Base64 (RFC 4648, section 4) as tools wrap it. @throws {ConfigurationError} when it is something else */
function decoded(base64: string): string {
  const packed = base64.replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(packed) || packed.length % 4 !== 0)
    throw new ConfigurationError([`${NAME}: is not base64: base64 -w0 FILE makes it`]);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    throw new ConfigurationError([`${NAME}: is not a text in UTF-8`]);
  }
}

/** A property of its own replaces what the document says of the same. Both are objects as deep as they go. */
function merged(below: unknown, above: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const result = { ...(below as Record<string, unknown>) };
  for (const [key, value] of Object.entries(above)) {
    const isDeeper = isSection(value) && isSection(result[key]);
    result[key] = isDeeper ? merged(result[key], value as Record<string, unknown>) : value;
  }
  return result;
}

function isSection(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

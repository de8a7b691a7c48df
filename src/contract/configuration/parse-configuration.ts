import { Ajv, type ErrorObject } from 'ajv';
import { type Configuration, defaultConfiguration } from './configuration.ts';
import schema from './schema.json' with { type: 'json' };

/** Far beyond any honest document; what is larger is refused before it is looked at. */
export const CONFIGURATION_MAX_BYTES = 256 * 1024;
const SHOWN_MISTAKES = 50;

/** A configuration that can not be taken. Every mistake is listed, each with its place in the document. */
export class ConfigurationError extends Error {
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    const more = mistakes.length - SHOWN_MISTAKES;
    super([...mistakes.slice(0, SHOWN_MISTAKES), ...(more > 0 ? [`and ${more} more`] : [])].join('\n'));
    this.name = 'ConfigurationError';
    this.mistakes = mistakes;
  }
}

type Written = { monitoring?: Partial<Omit<Configuration['monitoring'], 'thresholds'>> & { thresholds?: object } };

const accepts = new Ajv({ allErrors: true, strict: true }).compile<Written>(schema);

/**
 * Takes the text of a configuration, which may come from anyone, and fills in what it leaves open.
 * @param text JSON
 * @throws {ConfigurationError}
 */
export function parseConfiguration(text: string): Configuration {
  if (Buffer.byteLength(text) > CONFIGURATION_MAX_BYTES) {
    throw new ConfigurationError([`the document is larger than ${CONFIGURATION_MAX_BYTES / 1024} KiB`]);
  }
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (error) {
    throw new ConfigurationError([`not JSON: ${(error as Error).message.slice(0, 200)}`]);
  }
  if (!accepts(document)) throw new ConfigurationError((accepts.errors ?? []).map(mistake));
  const { monitoring = {} } = document;
  const defaults = defaultConfiguration.monitoring;
  const apiKeys = monitoring.apiKeys ?? defaults.apiKeys;
  const twice = apiKeys.filter(({ name }, index) => apiKeys.findIndex((other) => other.name === name) < index);
  if (twice.length > 0) {
    throw new ConfigurationError(twice.map(({ name }) => `/monitoring/apiKeys: ${name} is there twice`));
  }
  return {
    monitoring: {
      apiKeys,
      requestsPerMinute: monitoring.requestsPerMinute ?? defaults.requestsPerMinute,
      thresholds: { ...defaults.thresholds, ...monitoring.thresholds },
    },
  };
}

function mistake({ instancePath, keyword, params, message }: ErrorObject): string {
  const place = instancePath === '' ? '/' : instancePath;
  if (keyword === 'additionalProperties') {
    return `${place}: there is no setting ${JSON.stringify(String(params.additionalProperty).slice(0, 60))}`;
  }
  return `${place}: ${message ?? keyword}`;
}

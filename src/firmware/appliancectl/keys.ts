import { createHash, randomBytes } from 'node:crypto';
import type { Configuration } from '../../contract/configuration/configuration.ts';
import { Failure } from './failure.ts';

/** 256 random bits: nothing to guess, so its hash needs no salt. */
const KEY_BYTES = 32;

/** A key for a monitoring tool, to be shown once. */
export function newKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/** @returns the configuration that knows the hash of this key. @throws {Failure} when the name is taken */
export function addKey(configuration: Configuration, name: string, key: string): Configuration {
  const { monitoring } = configuration;
  if (monitoring.apiKeys.some((one) => one.name === name)) {
    throw new Failure(
      `there is a key ${name}`,
      `Choose another name, or revoke it first: appliancectl key revoke ${name}`,
      2,
    );
  }
  const sha256 = createHash('sha256').update(key).digest('hex');
  return { ...configuration, monitoring: { ...monitoring, apiKeys: [...monitoring.apiKeys, { name, sha256 }] } };
}

/** @throws {Failure} when there is no such key */
export function revokeKey(configuration: Configuration, name: string): Configuration {
  const { monitoring } = configuration;
  const apiKeys = monitoring.apiKeys.filter((one) => one.name !== name);
  if (apiKeys.length === monitoring.apiKeys.length) {
    throw new Failure(`there is no key ${name}`, 'See which there are: appliancectl key list', 2);
  }
  return { ...configuration, monitoring: { ...monitoring, apiKeys } };
}

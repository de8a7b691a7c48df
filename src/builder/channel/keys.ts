import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Key, Metadata, type Root, Signature, type Snapshot, type Targets, type Timestamp } from '@tufjs/models';
import { channelInvalid } from './invalid.ts';

/** The four roles of TUF that a channel has (specification 1.0.33, section 2.1). */
export const roles = ['root', 'targets', 'snapshot', 'timestamp'] as const;
export type Role = (typeof roles)[number];
export type Signed = Root | Targets | Snapshot | Timestamp;

/** Bytes of a raw Ed25519 public key at the end of its SubjectPublicKeyInfo (RFC 8410). */
const RAW_BYTES = 32;
const FILE = /^(root|targets|snapshot|timestamp)(?:-\d+)?\.pem$/;

/** An Ed25519 key that signs for one role. */
export class ChannelKey {
  readonly role: Role;
  /** Its public half, as root.json names it. */
  readonly key: Key;
  readonly #secret: KeyObject;

  constructor(role: Role, secret: KeyObject) {
    const der = createPublicKey(secret).export({ format: 'der', type: 'spki' });
    const raw = der.subarray(-RAW_BYTES).toString('hex');
    this.role = role;
    this.#secret = secret;
    this.key = new Key({ keyID: raw, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: raw } });
  }

  signature(data: Buffer): Signature {
    return new Signature({ keyID: this.key.keyID, sig: sign(null, data, this.#secret).toString('hex') });
  }
}

/**
 * Makes keys of a role, each a PEM file (PKCS #8) that its owner alone may read.
 * @param folder is made when it is not there
 * @throws {KilnError} `channel-invalid`: a key that is there is never replaced
 */
export async function makeKeys(folder: string, role: Role, count: number): Promise<ChannelKey[]> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const made: ChannelKey[] = [];
  for (let number = 1; number <= count; number += 1) {
    const { privateKey } = generateKeyPairSync('ed25519');
    const file = join(folder, count === 1 ? `${role}.pem` : `${role}-${number}.pem`);
    const pem = privateKey.export({ format: 'pem', type: 'pkcs8' });
    await writeFile(file, pem, { mode: 0o600, flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw channelInvalid(`${file} is there already`, 'Name a folder that is not there yet: --keys FOLDER.', error);
    });
    made.push(new ChannelKey(role, privateKey));
  }
  return made;
}

/**
 * Reads the keys that lie in a folder, by the names {@link makeKeys} gives. Roles may lie in different folders.
 * @throws {KilnError} `channel-invalid` for a file that is no Ed25519 key
 */
export async function loadKeys(folder: string): Promise<ChannelKey[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    throw channelInvalid(
      `${folder} holds no keys`,
      'Name the folder that kiln channel init put the keys into: --keys FOLDER.',
    );
  });
  const keys: ChannelKey[] = [];
  for (const name of names.sort()) {
    const role = roles.find((known) => known === FILE.exec(name)?.[1]);
    if (role === undefined) continue;
    const path = join(folder, name);
    keys.push(new ChannelKey(role, readKey(path, await readFile(path, 'utf8'))));
  }
  return keys;
}

/**
 * Signs what a role says with every key of that role at hand.
 * @throws {KilnError} `channel-invalid` when these are not enough for the root's threshold
 */
export function signed<T extends Signed>(role: Role, content: T, keys: readonly ChannelKey[], root: Root): string {
  const { keyIDs = [], threshold = 1 } = root.roles[role] ?? {};
  const own = keys.filter((key) => key.role === role && keyIDs.includes(key.key.keyID));
  if (own.length < threshold) {
    throw channelInvalid(
      `${threshold} of the channel's ${role} keys are needed; ${own.length} are at hand`,
      'Name the folder they lie in: --keys FOLDER. Keys of another channel do not count.',
    );
  }
  const metadata = new Metadata<T>(content);
  for (const key of own) metadata.sign((data) => key.signature(data), true);
  return `${JSON.stringify(metadata.toJSON(), null, 1)}\n`;
}

function readKey(path: string, pem: string): KeyObject {
  try {
    const key = createPrivateKey(pem);
    if (key.asymmetricKeyType === 'ed25519') return key;
  } catch {
    // Told below, without a word of what is in it.
  }
  throw channelInvalid(`${path} is no Ed25519 key in PEM`, 'Put the file back from your copy, or name another folder.');
}

// A channel whose maker can lie: each metadata file is built and signed on its own, so that a test can replay, mix, expire
// and forge. What `kiln channel` writes is tested where it is written.
import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Key, Metadata, MetaFile, Root, Signature, Snapshot, TargetFile, Targets, Timestamp } from '@tufjs/models';

const DAY = 24 * 3600 * 1000;
export const future = (days = 30): string => `${new Date(Date.now() + days * DAY).toISOString().slice(0, 19)}Z`;

export class SigningKey {
  readonly key: Key;
  readonly #secret: KeyObject;

  constructor(readonly name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('hex');
    this.key = new Key({
      keyID: `${name}-${raw.slice(0, 8)}`,
      keyType: 'ed25519',
      scheme: 'ed25519',
      keyVal: { public: raw },
    });
    this.#secret = privateKey;
  }

  sign<T extends Root | Timestamp | Snapshot | Targets>(signed: T): string {
    const metadata = new Metadata<T>(signed);
    metadata.sign(
      (data) => new Signature({ keyID: this.key.keyID, sig: sign(null, data, this.#secret).toString('hex') }),
    );
    return JSON.stringify(metadata.toJSON());
  }
}

type Json = NonNullable<ConstructorParameters<typeof TargetFile>[0]['unrecognizedFields']>[string];

export interface Versions {
  readonly targets: number;
  readonly snapshot: number;
  readonly timestamp: number;
  /** Of each file; RFC 3339, or what a liar writes. */
  readonly expires?: Partial<Record<'targets' | 'snapshot' | 'timestamp', string>>;
  /** What is on offer; absent: a bundle that nobody has. */
  readonly target?: { readonly length: number; readonly sha256: string; readonly custom: Json };
}

/** Four keys, and files in a map from path to content that a server shows. */
export class TufChannel {
  readonly keys = {
    root: new SigningKey('root'),
    targets: new SigningKey('targets'),
    snapshot: new SigningKey('snapshot'),
    timestamp: new SigningKey('timestamp'),
  };
  readonly root: string = this.rootVersion(1, future());

  /** One version of root.json. */
  rootVersion(version: number, expires: string): string {
    const root = new Root({
      version,
      expires,
      consistentSnapshot: true,
      specVersion: '1.0.31',
    });
    for (const [role, { key }] of Object.entries(this.keys)) root.addKey(key, role);
    return this.keys.root.sign(root);
  }

  /** Everything below the channel's address for these versions. */
  files(
    { targets, snapshot, timestamp, expires = {}, target: offered }: Versions,
    signers: Partial<TufChannel['keys']> = {},
  ): Map<string, string> {
    const by = { ...this.keys, ...signers };
    const { length, sha256, custom } = offered ?? {
      length: 9,
      sha256: 'ab'.repeat(32),
      custom: { version: `1.${targets}.0` },
    };
    const target = new TargetFile({
      path: `reference-1.${targets}.0.raucb`,
      length,
      hashes: { sha256 },
      unrecognizedFields: { custom },
    });
    const signed = new Targets({
      version: targets,
      expires: expires.targets ?? future(),
      specVersion: '1.0.31',
      targets: { [target.path]: target },
    });
    const meta = { 'targets.json': new MetaFile({ version: targets }) };
    const list = new Snapshot({
      version: snapshot,
      expires: expires.snapshot ?? future(),
      specVersion: '1.0.31',
      meta,
    });
    const stamp = new Timestamp({
      version: timestamp,
      expires: expires.timestamp ?? future(),
      specVersion: '1.0.31',
      snapshotMeta: new MetaFile({ version: snapshot }),
    });
    return new Map([
      [`/metadata/${targets}.targets.json`, by.targets.sign(signed)],
      [`/metadata/${snapshot}.snapshot.json`, by.snapshot.sign(list)],
      ['/metadata/timestamp.json', by.timestamp.sign(stamp)],
    ]);
  }
}

/** A web server on loopback until the work is over. */
export async function serving<T>(
  listener: RequestListener,
  work: (address: string, server: Server) => Promise<T>,
): Promise<T> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, server);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

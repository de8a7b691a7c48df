import { Root, Targets } from '@tufjs/models';
import type { Write } from './change.ts';
import { lifetimesOf } from './init.ts';
import { loadKeys, signed } from './keys.ts';
import { expiresIn } from './lifetimes.ts';
import { readRepository, SPECIFICATION, writeMetadata, writeRepository } from './repository.ts';

/**
 * Signs root and the list of bundles again, so that they go on to hold. Nothing else changes.
 * @throws {KilnError} `channel-invalid` when a key is missing; nothing is written then
 */
export async function renewChannel({ channel, keys, now }: Write): Promise<void> {
  const before = await readRepository(channel);
  const loaded = (await Promise.all(keys.map(loadKeys))).flat();
  const lifetimes = lifetimesOf(before.root);
  const root = Root.fromJSON({
    ...before.root.toJSON(),
    version: before.root.version + 1,
    expires: expiresIn(now, lifetimes.root),
  });
  const text = signed('root', root, loaded, before.root);
  const targets = new Targets({
    ...{ version: before.targets.version + 1, specVersion: SPECIFICATION, expires: expiresIn(now, lifetimes.targets) },
    targets: before.targets.targets,
  });
  await writeRepository(channel, { root, targets, before, keys: loaded, lifetimes, now });
  await writeMetadata(channel, `${root.version}.root.json`, text);
  await writeMetadata(channel, 'root.json', text);
}

import { Root, Targets } from '@tufjs/models';
import { openChannel, type Write } from './change.ts';
import { signed } from './keys.ts';
import { expiresIn } from './lifetimes.ts';
import { SPECIFICATION, writeMetadata, writeRepository } from './repository.ts';

/**
 * Signs root and the list of bundles again, so that they go on to hold. Nothing else changes.
 * @throws {KilnError} `channel-invalid` when a key is missing; nothing is written then
 */
export async function renewChannel(write: Write): Promise<void> {
  const { channel } = write;
  const opened = await openChannel(write);
  const { before, keys, lifetimes, now } = opened;
  const root = Root.fromJSON({
    ...before.root.toJSON(),
    version: before.root.version + 1,
    expires: expiresIn(now, lifetimes.root),
  });
  const text = signed('root', root, keys, before.root);
  const targets = new Targets({
    ...{ version: before.targets.version + 1, specVersion: SPECIFICATION, expires: expiresIn(now, lifetimes.targets) },
    targets: before.targets.targets,
  });
  await writeRepository(channel, { ...opened, root, targets });
  await writeMetadata(channel, `${root.version}.root.json`, text);
  await writeMetadata(channel, 'root.json', text);
}

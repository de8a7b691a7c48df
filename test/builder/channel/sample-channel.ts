// A channel in a temporary folder, releases as far as it looks at them, and an appliance that asks it.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Announcement } from '../../../src/builder/channel/add.ts';
import { initChannel } from '../../../src/builder/channel/init.ts';
import { defaultLifetimes } from '../../../src/builder/channel/lifetimes.ts';
import { serveChannel } from '../../../src/builder/channel/serve.ts';
import { ChannelFetcher } from '../../../src/firmware/updater/channel/channel-fetcher.ts';
import { MetadataFile } from '../../../src/firmware/updater/channel/metadata-file.ts';
import { refreshChannel as askChannel, type ChannelView } from '../../../src/firmware/updater/channel/refresh.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { sampleRelease } from '../smoke/sample-release.ts';

export const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
export const days = (count: number): Date => new Date(Date.now() + count * 24 * 3600 * 1000);

export const announced: Announcement = {
  ...{
    track: 'candidate',
    notes: '# What is new\n\n- less\n',
    severity: 'security',
    fixes: ['CVE-2026-0002', 'CVE-2026-0001'],
  },
  ...{ minimumVersion: '1.0.0', downtimeMinutes: 3, instruction: null, rolloutPercent: 100 },
};

/** A release's folder, as far as a channel looks at it. */
export function releaseOf(version: string, image = sampleRelease.image): string {
  const folder = tempFolder();
  const content = `bundle of ${image} ${version}`;
  const file = `${image}-${version}.raucb`;
  writeFileSync(join(folder, file), content);
  const bundle = {
    file,
    sizeBytes: content.length,
    sha256: sha256(content),
    manifestHash: 'ab'.repeat(32),
    signer: 'cd'.repeat(32),
  };
  writeFileSync(join(folder, 'release.json'), JSON.stringify({ ...sampleRelease, image, version, bundle }));
  return folder;
}

export async function newChannel(demand: { count?: number; threshold?: number } = {}) {
  const folder = tempFolder();
  const [channel, keys] = [join(folder, 'channel'), join(folder, 'keys')];
  const { count = 1, threshold = 1 } = demand;
  await initChannel({
    ...{ channel, keys, lifetimes: defaultLifetimes, now: new Date() },
    ...{ count: { root: count, targets: count }, threshold: { root: threshold, targets: threshold } },
  });
  const write = (now = new Date(), from: readonly string[] = [keys]) => ({ channel, keys: from, now });
  return { folder, channel, keys, write };
}

/** An appliance that trusts the channel as it began, and keeps what it saw. */
export function appliance(folder: string, channel: string) {
  const scratch = join(folder, 'run');
  mkdirSync(scratch, { recursive: true });
  const builtInRoot = readFileSync(join(channel, 'metadata/1.root.json'), 'utf8');
  const kept = new MetadataFile(join(folder, 'kept.json'));
  const asked: string[] = [];
  const traffic = { bytes: 0 };
  const ask = async (): Promise<ChannelView> => {
    const { address, close } = await serveChannel(channel, 0, (line) => asked.push(line));
    const relay = await countingRelay(Number(new URL(address).port), traffic);
    try {
      const fetcher = new ChannelFetcher({ limitSeconds: 5, userAgent: 'kiln-test' });
      return await askChannel({ channel: relay.address, builtInRoot, kept, scratch, fetcher });
    } finally {
      await relay.close();
      await close();
    }
  };
  return { ask, asked, traffic };
}

/** Passes connections on to a port of loopback and counts what goes through, both ways, headers and all. */
async function countingRelay(to: number, traffic: { bytes: number }) {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    for (const socket of [client, upstream]) {
      open.add(socket);
      socket.on('data', (part: Buffer) => {
        traffic.bytes += part.length;
      });
      socket.on('error', () => undefined);
    }
    client.pipe(upstream).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      // Whoever did not read the body of a 404 holds its connection.
      for (const socket of open) socket.destroy();
    });
  return { address: `http://127.0.0.1:${port}/`, close };
}

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { ChannelError, type ChannelFault } from '../../../../src/firmware/updater/channel/channel-error.ts';
import { ChannelFetcher } from '../../../../src/firmware/updater/channel/channel-fetcher.ts';
import { FolderFetcher } from '../../../../src/firmware/updater/channel/folder-fetcher.ts';
import { MetadataFile } from '../../../../src/firmware/updater/channel/metadata-file.ts';
import { type ChannelView, refreshChannel } from '../../../../src/firmware/updater/channel/refresh.ts';
import { tempFolder } from '../../../support/temp-folder.ts';
import { future, SigningKey, serving, TufChannel } from '../../../support/tuf-channel.ts';

const test = suite('refresh a channel');

/** An appliance that asks whatever is served, again and again. */
function appliance(channel: TufChannel, limitSeconds = 5) {
  const folder = tempFolder();
  const path = join(folder, 'kept/metadata.json');
  const scratch = join(folder, 'run');
  mkdirSync(scratch);
  const refresh = (address: string): Promise<ChannelView> =>
    refreshChannel({
      channel: address,
      builtInRoot: channel.root,
      kept: new MetadataFile(path),
      scratch,
      fetcher: new ChannelFetcher({ limitSeconds, userAgent: 'kiln-test' }),
    });
  return { path, refresh, asking: (listener: RequestListener) => serving(listener, refresh) };
}

const showing =
  (files: ReadonlyMap<string, string>, asked: string[] = []): RequestListener =>
  (request, response) => {
    asked.push(request.url ?? '');
    const text = files.get(request.url ?? '');
    response.writeHead(text === undefined ? 404 : 200).end(text);
  };

async function refused(fault: ChannelFault, work: Promise<unknown>): Promise<ChannelError> {
  const error = await work.then(
    () => assert.unreachable(`taken; expected ${fault}`),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ChannelError)) throw error;
  assert.is(error.fault, fault, error.message);
  assert.match(error.hint, /\w/);
  return error;
}

test('what the channel says is read, and the second question fetches nothing but the timestamp', async () => {
  const channel = new TufChannel();
  const { asking } = appliance(channel);
  const files = channel.files({ targets: 3, snapshot: 4, timestamp: 5 });
  const asked: string[] = [];
  const view = await asking(showing(files, asked));
  assert.equal(view.targets, [
    { path: 'reference-1.3.0.raucb', length: 9, sha256: 'ab'.repeat(32), custom: { version: '1.3.0' } },
  ]);
  assert.equal(asked, [
    '/metadata/2.root.json',
    '/metadata/timestamp.json',
    '/metadata/4.snapshot.json',
    '/metadata/3.targets.json',
  ]);
  asked.length = 0;
  assert.equal(await asking(showing(files, asked)), view);
  assert.equal(asked, ['/metadata/2.root.json', '/metadata/timestamp.json']);
});

const old = { targets: 1, snapshot: 1, timestamp: 1 };
const recent = { targets: 2, snapshot: 2, timestamp: 2 };

test('an old state of the channel is refused once a newer one was seen', async () => {
  const channel = new TufChannel();
  const { asking, path } = appliance(channel);
  const older = channel.files(old);
  await asking(showing(channel.files(recent)));
  const before = readFileSync(path, 'utf8');
  await refused('older', asking(showing(older)));
  assert.is(readFileSync(path, 'utf8'), before);
});

test('files of different states are refused', async () => {
  const channel = new TufChannel();
  const { asking } = appliance(channel);
  const mixed = new Map(channel.files({ targets: 2, snapshot: 2, timestamp: 2 }));
  // Under the new name, what was signed as an older version.
  mixed.set('/metadata/2.targets.json', channel.files(old).get('/metadata/1.targets.json') ?? '');
  await refused('inconsistent', asking(showing(mixed)));
  mixed.delete('/metadata/2.targets.json');
  await refused('inconsistent', asking(showing(mixed)));
});

for (const role of ['timestamp', 'snapshot', 'targets'] as const) {
  test(`${role} that is over is refused`, async () => {
    const channel = new TufChannel();
    const { asking } = appliance(channel);
    await refused('expired', asking(showing(channel.files({ ...recent, expires: { [role]: future(-1) } }))));
  });

  for (const expires of ['never', '', '2999-13-45T99:00:00Z', 'Infinity', '9999']) {
    test(`${role} that expires at “${expires}” is refused, although it is signed`, async () => {
      const channel = new TufChannel();
      const { asking, path } = appliance(channel);
      await asking(showing(channel.files(old)));
      const before = readFileSync(path, 'utf8');
      const error = await refused(
        'malformed',
        asking(showing(channel.files({ ...recent, expires: { [role]: expires } }))),
      );
      assert.match(error.message, `${role}.json`);
      assert.is(readFileSync(path, 'utf8'), before);
    });
  }

  test(`${role} by a key that is not trusted is refused`, async () => {
    const channel = new TufChannel();
    const { asking } = appliance(channel);
    await refused('unsigned', asking(showing(channel.files(recent, { [role]: new SigningKey('stranger') }))));
  });
}

test('a flipped byte anywhere in a signed file is refused', async () => {
  const channel = new TufChannel();
  const files = channel.files(recent);
  let tried = 0;
  for (const [name, text] of files) {
    for (let index = 7; index < text.length; index += 61) {
      const { asking } = appliance(channel);
      const flipped = Buffer.from(text);
      flipped[index] = (flipped[index] ?? 0) ^ 1;
      const view = asking(showing(new Map([...files, [name, flipped.toString('latin1')]])));
      await view.then(
        () => assert.unreachable(`byte ${index} of ${name} was taken`),
        (error: unknown) => assert.instance(error, ChannelError),
      );
      tried += 1;
    }
  }
  assert.ok(tried >= 20, String(tried));
});

test('an endless file is cut off', async () => {
  const channel = new TufChannel();
  const { asking } = appliance(channel);
  const endless: RequestListener = ({ url }, response) => {
    if (url !== '/metadata/timestamp.json') return void response.writeHead(404).end();
    response.writeHead(200);
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(4096)));
    };
    response.on('drain', more);
    more();
  };
  await refused('oversized', asking(endless));
});

test('a server that trickles is cut off', async () => {
  const channel = new TufChannel();
  const { asking } = appliance(channel, 1);
  const slow: RequestListener = ({ url }, response) => {
    if (url !== '/metadata/timestamp.json') return void response.writeHead(404).end();
    response.writeHead(200);
    const trickle = setInterval(() => response.write('x'), 50);
    response.on('close', () => clearInterval(trickle));
  };
  await refused('unreachable', asking(slow));
});

test('another host is not gone to, an error and no answer are told', async () => {
  const channel = new TufChannel();
  const { asking, refresh } = appliance(channel);
  await serving(showing(channel.files(recent)), async (elsewhere) => {
    await refused(
      'moved',
      asking(({ url }, response) => void response.writeHead(302, { location: `${elsewhere}${url}` }).end()),
    );
  });
  await refused(
    'unreachable',
    asking((_, response) => void response.writeHead(500).end()),
  );
  await refused(
    'unreachable',
    asking((_, response) => void response.destroy()),
  );
  await refused('unreachable', refresh('http://127.0.0.1:9/'));
});

test('nothing behind the address is no channel', async () => {
  const channel = new TufChannel();
  const { asking } = appliance(channel);
  await refused(
    'unreachable',
    asking((_, response) => void response.writeHead(404).end()),
  );
});

test('a root of another version of the image is turned to, and a kept file that is damaged is done without', async () => {
  const channel = new TufChannel();
  const { asking, path } = appliance(channel);
  const files = new Map([...channel.files(old), ['/metadata/2.root.json', channel.rootVersion(2, future())]]);
  await asking(showing(files));
  assert.is(JSON.parse(JSON.parse(readFileSync(path, 'utf8')).root).signed.version, 2);
  writeFileSync(path, '{"root": ');
  assert.is((await asking(showing(files))).targets.length, 1);
});

test('a copy on a disk is checked the same', async () => {
  const channel = new TufChannel();
  const { path, asking } = appliance(channel);
  const disk = tempFolder();
  mkdirSync(join(disk, 'metadata'));
  const copy = (files: ReadonlyMap<string, string>): void => {
    for (const [name, text] of files) writeFileSync(join(disk, name), text);
  };
  const refresh = (): Promise<ChannelView> =>
    refreshChannel({
      ...{ channel: pathToFileURL(disk).href, builtInRoot: channel.root, kept: new MetadataFile(path), scratch: disk },
      fetcher: new FolderFetcher(),
    });
  await refused('unreachable', refresh());
  copy(channel.files(recent));
  assert.is((await refresh()).targets[0]?.path, 'reference-1.2.0.raucb');
  // Both ways count together: what was seen on the disk can not be undone over the network, and the other way round.
  await refused('older', asking(showing(channel.files(old))));
  copy(channel.files(old));
  await refused('older', refresh());
  copy(channel.files({ targets: 3, snapshot: 3, timestamp: 3 }, { targets: new SigningKey('stranger') }));
  await refused('unsigned', refresh());
});

test.run();

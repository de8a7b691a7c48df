import { readFile } from 'node:fs/promises';
import { basename, dirname, resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { severities } from '../../../contract/updates/offer.ts';
import type { Announcement } from '../../channel/add.ts';
import type { Write } from '../../channel/change.ts';
import { defaultLifetimes } from '../../channel/lifetimes.ts';
import { KilnError } from '../../errors.ts';
import type { Session, Start } from '../session.ts';
import { addMirror } from './channel-mirror.ts';

interface Keys {
  keys: readonly string[];
}
interface Init extends Keys {
  rootKeys: number;
  rootThreshold: number;
  targetsKeys: number;
  targetsThreshold: number;
  rootDays: number;
  targetsDays: number;
  snapshotDays: number;
  timestampDays: number;
}
interface Add extends Keys {
  track: Announcement['track'];
  notes?: string;
  severity: Announcement['severity'];
  fixes: readonly string[];
  minimumVersion?: string;
  downtime: number;
  instruction?: string;
  rollout: number;
}

const KEYS = 'folder with keys that sign; may be given more than once';
const collect = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const percent = wholeNumber(0, 100);
const many = wholeNumber(1, 1000);

export function addChannel(program: Command, start: Start): void {
  const channel = program
    .command('channel')
    .description('Keep a channel: signed static files by which appliances learn of updates.')
    .addHelpText('after', '\ndocs/channel.md goes through it from the first key to the withdrawal of a release.');
  const signing = (command: Command): Command => command.requiredOption('--keys <folder>', KEYS, collect);

  signing(
    channel
      .command('init')
      .description('Begin a channel: make its keys and its first, empty list.')
      .argument('<channel>'),
  )
    .option('--root-keys <number>', 'root keys to make', many, 1)
    .option('--root-threshold <number>', 'how many of them have to sign', many, 1)
    .option('--targets-keys <number>', 'targets keys to make', many, 1)
    .option('--targets-threshold <number>', 'how many of them have to sign', many, 1)
    .option('--root-days <days>', 'how long a root holds', many, defaultLifetimes.root)
    .option('--targets-days <days>', 'how long a list of bundles holds', many, defaultLifetimes.targets)
    .option('--snapshot-days <days>', 'how long a snapshot holds', many, defaultLifetimes.snapshot)
    .option('--timestamp-days <days>', 'how long a timestamp holds', many, defaultLifetimes.timestamp)
    .addHelpText(
      'after',
      '\nExamples:\n  kiln channel init channel --keys keys\n  kiln channel init channel --keys keys --root-keys 3 --root-threshold 2',
    )
    .action(start(init));
  signing(
    channel
      .command('add')
      .description('Put the bundle of a release into the channel.')
      .argument('<channel>')
      .argument('<release>', 'folder of a release'),
  )
    .addOption(
      new Option('--track <track>', 'where it begins; stable is reached by promote')
        .choices(['candidate', 'long-term'])
        .default('candidate'),
    )
    .option('--notes <file>', 'release notes, Markdown')
    .addOption(new Option('--severity <severity>', 'how pressing it is').choices([...severities]).default('routine'))
    .option('--fixes <cve>', 'a CVE that it fixes; may be given more than once', collect, [])
    .option('--minimum-version <version>', 'the oldest version that can be updated from')
    .option('--downtime <minutes>', 'planned, from the restart to healthy', wholeNumber(0, 1440), 5)
    .option('--instruction <text>', 'what the operator has to do, one line')
    .option('--rollout <percent>', 'share of the appliances that see it', percent, 100)
    .addHelpText(
      'after',
      '\nExamples:\n  kiln channel add channel build/reference/1.1.0 --keys keys --notes notes.md --severity security --fixes CVE-2026-1234',
    )
    .action(start(add));
  signing(
    channel
      .command('promote')
      .description('Put a tested release on the stable track.')
      .argument('<channel>')
      .argument('<release>', 'folder of the release, with its reports'),
  )
    .option('--rollout <percent>', 'share of the appliances that see it', percent, 100)
    .addHelpText(
      'after',
      '\nThe reports of the smoke run and of the update run have to be green and of exactly these bytes.\n\nExamples:\n  kiln channel promote channel build/reference/1.1.0 --keys keys --rollout 10',
    )
    .action(start(promote));
  signing(
    channel
      .command('withdraw')
      .description('Take a version back: who has not begun to install it will not.')
      .argument('<channel>')
      .argument('<version>'),
  )
    .requiredOption('--reason <text>', 'shown to operators, one line')
    .addHelpText(
      'after',
      '\nExamples:\n  kiln channel withdraw channel 1.1.0 --keys keys --reason "loses its address behind DHCP relays"',
    )
    .action(start(withdraw));
  signing(
    channel
      .command('refresh')
      .description('Sign snapshot and timestamp again; for a nightly job.')
      .argument('<channel>'),
  )
    .addHelpText(
      'after',
      '\nNeeds the keys of these two roles alone.\n\nExamples:\n  kiln channel refresh channel --keys online-keys',
    )
    .action(start(refresh));
  signing(
    channel
      .command('renew')
      .description('Sign root and the list of bundles again before they end.')
      .argument('<channel>'),
  )
    .addHelpText('after', '\nExamples:\n  kiln channel renew channel --keys keys')
    .action(start(renew));
  channel
    .command('list')
    .description('What is in the channel, and how long each role holds.')
    .argument('<channel>')
    .addHelpText('after', '\nExamples:\n  kiln channel list channel\n  kiln channel list channel --json')
    .action(start(list));
  channel
    .command('serve')
    .description('Serve the channel on loopback, to try it. Any web server does it in production.')
    .argument('<channel>')
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .addHelpText('after', '\nExamples:\n  kiln channel serve channel --port 8080')
    .action(start(serve));
  addMirror(channel, start);
}

/** Runs a change of a channel, one at a time. */
async function changing<T>(
  { display, signal, commandLine }: Session,
  channel: string,
  { keys }: Keys,
  change: (write: Write) => Promise<T>,
): Promise<T> {
  const [{ readRepository }, { withImageLock }] = await Promise.all([
    import('../../channel/repository.ts'),
    import('../../host/image-lock.ts'),
  ]);
  const folder = resolve(channel);
  // The lock makes folders: what is no channel is told before.
  await readRepository(folder);
  const lock = { outputRoot: dirname(folder), image: basename(folder), being: 'changed' as const, wait: false };
  return withImageLock({ ...lock, command: commandLine, note: (line) => display.note(line), signal }, () =>
    change({ channel: folder, keys: keys.map((one) => resolve(one)), now: new Date() }),
  );
}

async function init({ display }: Session, flags: Init, [channel = '']: readonly string[]): Promise<void> {
  const [keys, ...more] = flags.keys;
  if (keys === undefined || more.length > 0) {
    throw new KilnError({
      code: 'usage',
      message: 'the new keys go into one folder',
      hint: 'Give --keys once. Move the keys of a role afterwards.',
    });
  }
  const { initChannel } = await import('../../channel/init.ts');
  await initChannel({
    ...{ channel: resolve(channel), keys: resolve(keys), now: new Date() },
    count: { root: flags.rootKeys, targets: flags.targetsKeys },
    threshold: { root: flags.rootThreshold, targets: flags.targetsThreshold },
    lifetimes: {
      root: flags.rootDays,
      targets: flags.targetsDays,
      snapshot: flags.snapshotDays,
      timestamp: flags.timestampDays,
    },
  });
  const root = resolve(channel, 'metadata/root.json');
  const text = `${channel} is a channel. Appliances trust it by ${root}\nKeys are in ${keys}: take those of root and targets off this machine.`;
  display.result({ channel: resolve(channel), root, keys: resolve(keys) }, text);
}

async function add(session: Session, flags: Add, [channel = '', release = '']: readonly string[]): Promise<void> {
  const { addToChannel } = await import('../../channel/add.ts');
  const entry = await changing(session, channel, flags, async (write) =>
    addToChannel(write, resolve(release), {
      ...{ track: flags.track, severity: flags.severity, fixes: flags.fixes },
      notes: flags.notes === undefined ? '' : await readNotes(flags.notes),
      minimumVersion: flags.minimumVersion ?? null,
      downtimeMinutes: flags.downtime,
      instruction: flags.instruction ?? null,
      rolloutPercent: flags.rollout,
    }),
  );
  session.display.result(
    entry,
    `${entry.offer.image} ${entry.offer.version} is on the ${entry.offer.tracks.join(', ')} track`,
  );
}

async function promote(
  session: Session,
  flags: Keys & { rollout: number },
  [channel = '', release = '']: readonly string[],
): Promise<void> {
  const { promoteToStable } = await import('../../channel/promote.ts');
  const entry = await changing(session, channel, flags, (write) =>
    promoteToStable(write, resolve(release), flags.rollout),
  );
  session.display.result(
    entry,
    `${entry.offer.image} ${entry.offer.version} is stable for ${entry.offer.rolloutPercent} % of the appliances`,
  );
}

async function withdraw(
  session: Session,
  flags: Keys & { reason: string },
  [channel = '', version = '']: readonly string[],
): Promise<void> {
  const { withdrawFromChannel } = await import('../../channel/withdraw.ts');
  const entry = await changing(session, channel, flags, (write) => withdrawFromChannel(write, version, flags.reason));
  session.display.result(entry, `${entry.offer.image} ${version} is withdrawn`);
}

async function refresh(session: Session, flags: Keys, [channel = '']: readonly string[]): Promise<void> {
  const { refreshChannel } = await import('../../channel/change.ts');
  const { snapshot, timestamp } = await changing(session, channel, flags, refreshChannel);
  const expires = { snapshot: snapshot.expires, timestamp: timestamp.expires };
  session.display.result(
    { expires },
    `The timestamp holds until ${timestamp.expires}, the snapshot until ${snapshot.expires}`,
  );
}

async function renew(session: Session, flags: Keys, [channel = '']: readonly string[]): Promise<void> {
  const { renewChannel } = await import('../../channel/renew.ts');
  await changing(session, channel, flags, renewChannel);
  session.display.result({ channel: resolve(channel) }, 'Root and the list of bundles are signed again');
}

async function list({ display }: Session, _: object, [channel = '']: readonly string[]): Promise<void> {
  const { listChannel, listingText } = await import('../../channel/list.ts');
  const listing = await listChannel(resolve(channel), new Date());
  display.result(listing, listingText(listing));
}

async function serve(
  { display, signal }: Session,
  { port }: { port: number },
  [channel = '']: readonly string[],
): Promise<void> {
  const [{ readRepository }, { serveChannel }] = await Promise.all([
    import('../../channel/repository.ts'),
    import('../../channel/serve.ts'),
  ]);
  await readRepository(resolve(channel));
  const { address, close } = await serveChannel(resolve(channel), port, (line) => display.note(line));
  display.note(`Serving ${channel} at ${address}; Ctrl-C ends it`);
  await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
  await close();
}

async function readNotes(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new KilnError({
      code: 'usage',
      message: `${path} can not be read: ${error.message}`,
      hint: 'Name a file with the release notes: --notes FILE.',
      cause: error,
    });
  });
}

function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new InvalidArgumentError(`Give a whole number from ${least} to ${most}.`);
  };
}

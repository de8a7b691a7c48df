import { resolve } from 'node:path';
import type { Command } from 'commander';
import { defaultLifetimes } from '../../../channel/lifetimes.ts';
import { KilnError } from '../../../errors.ts';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { type Keys, signingCommand } from './signing.ts';
import { wholeNumber } from './values.ts';

interface Flags extends Keys {
  rootKeys: number;
  rootThreshold: number;
  targetsKeys: number;
  targetsThreshold: number;
  rootDays: number;
  targetsDays: number;
  snapshotDays: number;
  timestampDays: number;
}

const many = wholeNumber(1, 1000);
const days = defaultLifetimes;

export function addInit(channel: Command, start: Start): void {
  signingCommand(channel, 'init', 'Begin a channel: make its keys and its first, empty list.')
    .option('--root-keys <number>', 'root keys to make', many, 1)
    .option('--root-threshold <number>', 'how many of them have to sign', many, 1)
    .option('--targets-keys <number>', 'targets keys to make', many, 1)
    .option('--targets-threshold <number>', 'how many of them have to sign', many, 1)
    .option('--root-days <days>', 'how long a root holds', many, days.root)
    .option('--targets-days <days>', 'how long a list of bundles holds', many, days.targets)
    .option('--snapshot-days <days>', 'how long a snapshot holds', many, days.snapshot)
    .option('--timestamp-days <days>', 'how long a timestamp holds', many, days.timestamp)
    .addHelpText(
      'after',
      examples(['init channel --keys keys', 'init channel --keys keys --root-keys 3 --root-threshold 2']),
    )
    .action(start(init));
}

async function init({ display }: Session, flags: Flags, [channel = '']: readonly string[]): Promise<void> {
  const [keys, ...more] = flags.keys;
  if (keys === undefined || more.length > 0) {
    throw new KilnError({
      code: 'usage',
      message: 'the new keys go into one folder',
      hint: 'Give --keys once. Move the keys of a role afterwards.',
    });
  }
  const { initChannel } = await import('../../../channel/init.ts');
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

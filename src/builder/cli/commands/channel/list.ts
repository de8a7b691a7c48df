import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';

export function addList(channel: Command, start: Start): void {
  channel
    .command('list')
    .description('What is in the channel, and how long each role holds.')
    .argument('<channel>')
    .addHelpText('after', examples(['list channel', 'list channel --json']))
    .action(start(list));
}

async function list({ display }: Session, _: object, [channel = '']: readonly string[]): Promise<void> {
  const { listChannel, listingText } = await import('../../../channel/list.ts');
  const listing = await listChannel(resolve(channel), new Date());
  display.result(listing, listingText(listing));
}

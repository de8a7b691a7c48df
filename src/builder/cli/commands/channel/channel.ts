import type { Command } from 'commander';
import type { Start } from '../../session.ts';
import { addAdd } from './add.ts';
import { addInit } from './init.ts';
import { addList } from './list.ts';
import { addMirror } from './mirror.ts';
import { addPromote } from './promote.ts';
import { addRefresh } from './refresh.ts';
import { addRenew } from './renew.ts';
import { addServe } from './serve.ts';
import { addWithdraw } from './withdraw.ts';

export function addChannel(program: Command, start: Start): void {
  const channel = program
    .command('channel')
    .description('Keep a channel: signed static files by which appliances learn of updates.')
    .addHelpText('after', '\ndocs/channel.md goes through it from the first key to the withdrawal of a release.');
  const all = [addInit, addAdd, addPromote, addWithdraw, addRefresh, addRenew, addList, addServe, addMirror];
  for (const add of all) add(channel, start);
}

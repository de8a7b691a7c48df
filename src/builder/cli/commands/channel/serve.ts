import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { Session, Start } from '../../session.ts';
import { examples } from './examples.ts';
import { wholeNumber } from './values.ts';

interface Flags {
  port: number;
}

export function addServe(channel: Command, start: Start): void {
  channel
    .command('serve')
    .description('Serve the channel on loopback, to try it. Any web server does it in production.')
    .argument('<channel>')
    .option('--port <port>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 8080)
    .addHelpText('after', examples(['serve channel --port 8080']))
    .action(start(serve));
}

async function serve({ display, signal }: Session, { port }: Flags, [channel = '']: readonly string[]): Promise<void> {
  const [{ readRepository }, { serveChannel }] = await Promise.all([
    import('../../../channel/repository.ts'),
    import('../../../channel/serve.ts'),
  ]);
  await readRepository(resolve(channel));
  const { address, close } = await serveChannel(resolve(channel), port, (line) => display.note(line));
  display.note(`Serving ${channel} at ${address}; Ctrl-C ends it`);
  await new Promise<void>((end) => signal.addEventListener('abort', () => end(), { once: true }));
  await close();
}

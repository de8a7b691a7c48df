import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { quote } from '../../exec/quote.ts';
import type { Session, Start } from '../session.ts';
import type { Attended } from '../work.ts';

interface Flags {
  profile?: string;
  port?: readonly number[];
}

const MAX_PORT = 65_535;

export function addRun(program: Command, start: Start): void {
  program
    .command('run')
    .description('Boot one artifact on its platform profile and attend it: console here, ports forwarded.')
    .argument('<artifact>', 'file of a release')
    .option('--profile <id>', 'another profile than the first of this artifact, for example aws-bios')
    .option('--port <number>', 'TCP port of the guest to forward (repeatable; default: those of the recipe)', addPort)
    .addHelpText(
      'after',
      `
The artifact is not changed: what the guest writes is gone when it ends. Ctrl-] leaves and switches the guest off.

Examples:
  kiln run build/reference/1.0.0/reference-1.0.0-kvm.qcow2
  kiln run build/reference/1.0.0/reference-1.0.0-aws.raw.zst --profile aws-bios --port 443`,
    )
    .action(start(run));
}

function addPort(text: string, before: readonly number[] = []): readonly number[] {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port < 1 || port > MAX_PORT) throw new InvalidArgumentError(`Give a whole number from 1 to ${MAX_PORT}.`);
  return [...before, port];
}

async function run(session: Session, flags: Flags, args: readonly string[]): Promise<void> {
  const [{ withContext }, { requirePrograms }, { GIB }] = await Promise.all([
    import('../../host/with-context.ts'),
    import('../../host/check.ts'),
    import('../../recipe/size.ts'),
  ]);
  const { display, cacheDir, signal } = session;
  await requirePrograms(['smoke'], session.env.PATH ?? '', process.getuid?.() === 0);
  await withContext({ progress: display, cacheDir, signal, scratchBytes: 4 * GIB }, async (ctx) => {
    const leave = await session.work.run(ctx, {
      artifact: resolve(args[0] ?? ''),
      ...(flags.profile === undefined ? {} : { profile: flags.profile }),
      ...(flags.port === undefined ? {} : { ports: flags.port }),
      onStart: (running) => display.result({ ...running }, describe(running)),
    });
    display.note(leave === 'left' ? 'The guest was switched off.' : 'The guest has powered off.');
  });
}

function describe({ profile, hardware, accelerator, notes, ssh, ports }: Attended): string {
  return [
    `Profile ${profile}: ${hardware}, under ${accelerator}`,
    ...notes.map((note) => `  ${note}`),
    ...ports.map(({ guest, host }) => `Port ${guest}: 127.0.0.1:${host}`),
    ssh === null ? 'Nobody can log in: this profile hands over no key.' : `Log in: ${quote([...ssh])}`,
    'The serial console follows; Ctrl-] leaves.',
    '',
  ].join('\n');
}
